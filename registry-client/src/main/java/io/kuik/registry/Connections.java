package io.kuik.registry;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes one exchange with one address: TLS, the address guard, a proxy on the way, limits in time.
 *
 * <p>
 * Built on HttpURLConnection: measured, it streams blobs at twice the rate of java.net.http at half the
 * memory.
 */
final class Connections {
  static {
    HttpProxy.allowPasswords();
  }

  private final RegistrySettings settings;
  private @Nullable Tls trusting;
  private @Nullable Tls unverified;

  Connections(RegistrySettings settings) {
    this.settings = settings;
    if (settings.certificateAuthorities().isPresent()) {
      trusting();
    }
  }

  /** One request to one address; a form makes it a POST. */
  record Call(String method, URI uri, Map<String, List<String>> headers, Optional<String> authorization,
      Optional<String> form) {
  }

  /**
   * Made at the first need: the JDK's authorities take megabytes, and a proxy whose cache serves all needs
   * none. The user's own are read at the start, where a mistake in them is noticed.
   */
  private synchronized Tls trusting() {
    if (trusting == null) {
      trusting = Tls.trusting(settings.certificateAuthorities());
    }
    return trusting;
  }

  private synchronized Tls unverified() {
    if (unverified == null) {
      unverified = Tls.unverified();
    }
    return unverified;
  }

  /** TLS with whoever answers. */
  SSLSocketFactory unverifiedSockets() {
    return unverified().unguarded();
  }

  SSLContext context() {
    return trusting().context();
  }

  /** The answer's header; its body is still on the wire. */
  RegistryResponse exchange(RegistryRequest request, Call call) {
    Optional<HttpProxy> proxy = proxy(request, call.uri());
    try {
      HttpURLConnection connection = (HttpURLConnection) call.uri().toURL()
          .openConnection(proxy.map(HttpProxy::route).orElse(Proxy.NO_PROXY));
      proxy.flatMap(HttpProxy::login).ifPresent(connection::setAuthenticator);
      guard(request, call.uri(), connection, proxy.isPresent());
      prepare(request, call, connection);
      RegistryResponse response = answer(request, call, connection);
      if (response.status() == HttpURLConnection.HTTP_PROXY_AUTH && proxy.isPresent()) {
        response.close();
        throw new IOException("it answered HTTP 407, so it wants a user and password, or other ones");
      }
      return response;
    } catch (AddressGuard.ForbiddenAddressException e) {
      throw new RegistryException.Refused(
          request.described() + ": " + call.uri().getHost() + ": " + e.getMessage());
    } catch (IOException | IllegalArgumentException e) {
      throw unavailable(request, proxy, e);
    }
  }

  private Optional<HttpProxy> proxy(RegistryRequest request, URI uri) {
    return request.endpoint().guarded() ? settings.proxies().on(uri) : Optional.empty();
  }

  /** Whether a proxy stands between us and this address. */
  boolean proxied(RegistryRequest request, URI uri) {
    return proxy(request, uri).isPresent();
  }

  private void prepare(RegistryRequest request, Call call, HttpURLConnection connection) throws IOException {
    connection.setRequestMethod(call.method());
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout(Math.toIntExact(request.connect().toMillis()));
    connection.setReadTimeout(Math.toIntExact(request.read().toMillis()));
    connection.setRequestProperty("User-Agent", settings.userAgent());
    call.headers()
        .forEach((name, values) -> values.forEach(v -> connection.addRequestProperty(name, v)));
    call.authorization().ifPresent(a -> connection.setRequestProperty("Authorization", a));
  }

  private static RegistryResponse answer(RegistryRequest request, Call call, HttpURLConnection connection)
      throws IOException {
    Duration limit = request.connect().plus(request.read());
    try (HeaderLimit header = HeaderLimit.start(limit, connection)) {
      return header.passed(() -> {
        if (call.form().isPresent()) {
          send(connection, call.form().get().getBytes(StandardCharsets.UTF_8));
        }
        return new RegistryResponse(connection);
      });
    }
  }

  private static void send(HttpURLConnection connection, byte[] form) throws IOException {
    connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(form.length);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(form);
    }
  }

  /** Behind a proxy only the name can be checked: the proxy resolves it. */
  private void guard(RegistryRequest request, URI uri, HttpURLConnection connection, boolean proxied)
      throws IOException {
    boolean guarded = request.endpoint().guarded();
    if (guarded && proxied) {
      AddressGuard.checkName(uri.getHost(), request.endpoint().base());
    }
    boolean checked = guarded && !proxied;
    boolean privateAllowed = !checked || AddressGuard.livesInPrivate(request.endpoint().base());
    if (connection instanceof HttpsURLConnection https) {
      boolean insecure = insecure(request.endpoint(), uri);
      https.setSSLSocketFactory(
          (insecure ? unverified() : trusting()).factory(checked, privateAllowed));
      if (insecure) {
        https.setHostnameVerifier((host, session) -> true);
      }
    } else if (checked) {
      for (InetAddress address : InetAddress.getAllByName(uri.getHost())) {
        AddressGuard.check(address, privateAllowed);
      }
    }
  }

  /** What the user said of one registry holds for its storage and its token service only if they said so. */
  private boolean insecure(RegistryEndpoint endpoint, URI uri) {
    return (endpoint.insecure() && uri.getAuthority().equals(endpoint.base().getAuthority()))
        || settings.insecureRegistries().contains(uri.getAuthority());
  }

  private static RegistryException unavailable(RegistryRequest request, Optional<HttpProxy> proxy,
      Exception e) {
    String why = switch (e) {
      case UnknownHostException u -> "the name " + u.getMessage() + " does not resolve";
      case SSLException t when String.valueOf(t.getMessage()).contains("certification path") ->
        "its certificate comes from an authority that is not trusted: name the authority in rootCertificateAuthorities";
      case SocketTimeoutException t -> "no answer in time (" + t.getMessage() + ")";
      default -> Redaction.of(String.valueOf(e.getMessage()));
    };
    String way = proxy.map(p -> " through the proxy " + p).orElse("");
    return new RegistryException.Unavailable(request.described() + way + ": " + why, e);
  }
}
