package io.kuik.registry;

import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One HTTP proxy, and what it is shown. */
final class HttpProxy {
  private final String host;
  private final int port;
  private final Optional<Authenticator> login;

  HttpProxy(String host, int port, Optional<Credential.Password> login) {
    this.host = host;
    this.port = port;
    this.login = login.map(Login::new);
  }

  /**
   * Lets the JDK show a password to a proxy that opens a tunnel, which it does not do by itself, and no more
   * than a few times: after twenty wrong ones, as it does by itself, accounts are locked. It reads these
   * properties once, when its HTTP client is first used.
   */
  static void allowPasswords() {
    setDefault("jdk.http.auth.tunneling.disabledSchemes", "NTLM,Negotiate,Kerberos");
    setDefault("http.maxRedirects", "3");
    // A guarded address is asked as such, by the name that it was found under.
    setDefault("sun.net.http.allowRestrictedHeaders", "true");
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** For the JDK, which resolves the proxy's name, and leaves the registry's to the proxy. */
  Proxy route() {
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
  }

  Optional<Authenticator> login() {
    return login;
  }

  /** Without its password. */
  @Override
  public String toString() {
    return host + ":" + port;
  }

  /** Answers the proxy, and never a registry. */
  private static final class Login extends Authenticator {
    private final Credential.Password password;

    Login(Credential.Password password) {
      this.password = password;
    }

    @Override
    protected @Nullable PasswordAuthentication getPasswordAuthentication() {
      return getRequestorType() == RequestorType.PROXY
          ? new PasswordAuthentication(password.username(), password.password().toCharArray())
          : null;
    }
  }
}
