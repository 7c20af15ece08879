package io.kuik.registry;

import io.kuik.model.ShortMemory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a registry that the user calls insecure speaks TLS (with a certificate that nobody knows) or plain
 * http, tried out once by a handshake, in which nothing secret is said.
 */
final class InsecureRegistries {
  private static final int REMEMBERED = 1000;
  private static final Duration BELIEVED = Duration.ofMinutes(10);
  private static final Duration HANDSHAKE = Duration.ofSeconds(3);
  private static final int HTTPS = 443;
  private static final Logger LOG = LoggerFactory.getLogger(InsecureRegistries.class);

  private final Supplier<SSLSocketFactory> tls;
  private final ShortMemory<String, URI> bases;

  InsecureRegistries(Supplier<SSLSocketFactory> tls, InstantSource clock) {
    this.tls = tls;
    this.bases = new ShortMemory<>(REMEMBERED, clock);
  }

  /** Scheme, host and port to speak to it. */
  URI base(RegistryRequest request) {
    URI plain = request.endpoint().base();
    Optional<URI> known = bases.find(plain.getAuthority());
    if (known.isPresent()) {
      return known.get();
    }
    try {
      URI found = speaksTls(request) ? URI.create("https://" + plain.getAuthority()) : plain;
      LOG.debug("insecure registry found registry={} scheme={}", request.endpoint().name(),
          found.getScheme());
      bases.keep(plain.getAuthority(), found, BELIEVED);
      return found;
    } catch (IOException e) {
      // Nobody there, or a forbidden address: the request itself will say so, and better.
      return plain;
    }
  }

  private boolean speaksTls(RegistryRequest request) throws IOException {
    URI base = request.endpoint().base();
    InetAddress address = InetAddress.getByName(base.getHost());
    if (request.endpoint().guarded()) {
      AddressGuard.check(address, AddressGuard.livesInPrivate(base));
    }
    int port = base.getPort() < 0 ? HTTPS : base.getPort();
    try (Socket socket = new Socket()) {
      connect(socket, new InetSocketAddress(address, port), request, base.getPort() < 0);
      if (!socket.isConnected()) {
        return false;
      }
      socket.setSoTimeout(Math.toIntExact(shorter(HANDSHAKE, request.read()).toMillis()));
      return handshake(socket, base.getHost(), port);
    }
  }

  /** Without a port in its name, a registry in plain http is at another port than one with TLS. */
  private static void connect(Socket socket, InetSocketAddress address, RegistryRequest request,
      boolean another) throws IOException {
    try {
      socket.connect(address, Math.toIntExact(request.connect().toMillis()));
    } catch (IOException e) {
      if (!another) {
        throw e;
      }
    }
  }

  private boolean handshake(Socket socket, String host, int port) {
    try (SSLSocket secured = (SSLSocket) tls.get().createSocket(socket, host, port, true)) {
      secured.startHandshake();
      return true;
    } catch (IOException noTls) {
      return false;
    }
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
