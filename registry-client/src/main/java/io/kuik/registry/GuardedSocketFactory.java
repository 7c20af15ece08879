package io.kuik.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import javax.net.ssl.SSLSocketFactory;

/**
 * TLS sockets that look at the address they are about to connect to, after its name was resolved: a check of
 * the name alone can be fooled by a second resolution (DNS rebinding).
 */
final class GuardedSocketFactory extends SSLSocketFactory {
  private final SSLSocketFactory tls;
  private final AddressGuard.Reach reach;

  GuardedSocketFactory(SSLSocketFactory tls, AddressGuard.Reach reach) {
    this.tls = tls;
    this.reach = reach;
  }

  /** HttpsURLConnection connects this plain socket itself and then has it wrapped by the method below. */
  @Override
  public Socket createSocket() {
    return new GuardedSocket(reach);
  }

  @Override
  public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
    return tls.createSocket(connected, host, port, autoClose);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw unexpected();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
    throw unexpected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    throw unexpected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    throw unexpected();
  }

  private static IOException unexpected() {
    return new IOException("this way of connecting would pass by the address guard");
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return tls.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return tls.getSupportedCipherSuites();
  }

  private static final class GuardedSocket extends Socket {
    private final AddressGuard.Reach reach;

    GuardedSocket(AddressGuard.Reach reach) {
      this.reach = reach;
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
      if (!(endpoint instanceof InetSocketAddress inet) || inet.isUnresolved()) {
        throw new UnknownHostException(String.valueOf(endpoint));
      }
      AddressGuard.check(inet.getAddress(), reach);
      super.connect(endpoint, timeout);
    }
  }
}
