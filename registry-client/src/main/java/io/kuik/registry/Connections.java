package io.kuik.registry;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
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

  private static final ScopedValue<Boolean> HOME = ScopedValue.newInstance();

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
      HttpURLConnection connection = open(request, call, proxy);
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
  private HttpURLConnection open(RegistryRequest request, Call call, Optional<HttpProxy> proxy)
      throws IOException {
    URI uri = call.uri();
    boolean guarded = request.endpoint().guarded();
    if (guarded && proxy.isPresent()) {
      AddressGuard.checkName(uri.getHost(), request.endpoint().base());
    }
    Optional<AddressGuard.Reach> reach = guarded && proxy.isEmpty()
        ? Optional.of(reach(request, uri))
        : Optional.empty();
    boolean pinned = reach.isPresent() && "http".equals(uri.getScheme());
    URL url = pinned ? pinned(uri, reach.get()) : uri.toURL();
    HttpURLConnection connection = (HttpURLConnection) url
        .openConnection(proxy.map(HttpProxy::route).orElse(Proxy.NO_PROXY));
    proxy.flatMap(HttpProxy::login).ifPresent(connection::setAuthenticator);
    if (pinned) {
      connection.setRequestProperty("Host", uri.getRawAuthority());
    }
    if (connection instanceof HttpsURLConnection https) {
      secure(request, uri, https, reach);
    }
    return connection;
  }

  private void secure(RegistryRequest request, URI uri, HttpsURLConnection connection,
      Optional<AddressGuard.Reach> reach) {
    boolean insecure = insecure(request.endpoint(), uri);
    Tls tls = insecure ? unverified() : trusting();
    connection.setSSLSocketFactory(reach.map(tls::factory).orElse(tls.unguarded()));
    if (insecure) {
      connection.setHostnameVerifier((host, session) -> true);
    }
  }

  /**
   * A registry that was found in a private network may send us to any address, and must itself still be
   * there; every other stays among public ones.
   */
  private static AddressGuard.Reach reach(RegistryRequest request, URI uri) {
    boolean home = HOME.isBound() ? HOME.get() : AddressGuard.livesInPrivate(request.endpoint().base());
    boolean itself = String.valueOf(uri.getHost()).equals(request.endpoint().base().getHost());
    return !home
        ? AddressGuard.Reach.PUBLIC
        : itself ? AddressGuard.Reach.PRIVATE : AddressGuard.Reach.EITHER;
  }

  /**
   * All that belongs to one question, its redirects and its token, is judged by one look at the registry's
   * name.
   */
  <T> T atHome(RegistryRequest request, Supplier<T> exchanges) {
    boolean checked = request.endpoint().guarded() && !proxied(request, request.endpoint().base());
    boolean home = checked && AddressGuard.livesInPrivate(request.endpoint().base());
    return ScopedValue.where(HOME, home).call(exchanges::get);
  }

  /** Plain http resolves a name once more when it connects, so it gets the address that was looked at. */
  private static URL pinned(URI uri, AddressGuard.Reach reach) throws IOException {
    InetAddress[] addresses = InetAddress.getAllByName(uri.getHost());
    for (InetAddress address : addresses) {
      AddressGuard.check(address, reach);
    }
    String literal = addresses[0].getHostAddress();
    String host = addresses[0] instanceof Inet6Address ? "[" + literal + "]" : literal;
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return URI
        .create("http://" + host + (uri.getPort() < 0 ? "" : ":" + uri.getPort()) + uri.getRawPath() + query)
        .toURL();
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
