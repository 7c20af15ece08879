package io.kuik.registry;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The proxies that the environment names, read as Go programs read it, so that what a user has for containerd
 * holds here too: {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY}, in upper or lower case.
 */
public final class HttpProxies {
  /** Every registry is asked directly. */
  public static final HttpProxies NONE = new HttpProxies(Optional.empty(), Optional.empty(), List.of());

  private static final int DEFAULT_PORT = 80;

  private final Optional<HttpProxy> https;
  private final Optional<HttpProxy> http;
  private final List<NoProxy> direct;

  private HttpProxies(Optional<HttpProxy> https, Optional<HttpProxy> http, List<NoProxy> direct) {
    this.https = https;
    this.http = http;
    this.direct = List.copyOf(direct);
  }

  /**
   * Reads the variables.
   *
   * @throws IllegalArgumentException
   *           if one can't be used; the message names it and never quotes it, for it may hold a password
   */
  public static HttpProxies from(Map<String, String> environment) {
    List<NoProxy> direct = Stream.of(value(environment, "NO_PROXY").orElse("").split(",", -1))
        .map(NoProxy::parse).flatMap(Optional::stream).toList();
    return new HttpProxies(proxy(environment, "HTTPS_PROXY"), proxy(environment, "HTTP_PROXY"), direct);
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Stream.of(name, name.toLowerCase(Locale.ROOT)).map(n -> environment.getOrDefault(n, "").strip())
        .filter(v -> !v.isEmpty()).findFirst();
  }

  private static Optional<HttpProxy> proxy(Map<String, String> environment, String name) {
    return value(environment, name).map(text -> parse(name, text));
  }

  private static HttpProxy parse(String name, String text) {
    try {
      URI uri = URI.create(text.contains("://") ? text : "http://" + text);
      if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        return new HttpProxy(uri.getHost(), port, login(uri));
      }
    } catch (IllegalArgumentException e) {
      // Falls through: what can't be read gets the same answer as what we can't use.
    }
    throw new IllegalArgumentException(
        name + " must be http://[user:password@]host:port; proxies that speak https or socks are not known");
  }

  private static Optional<Credential.Password> login(URI uri) {
    return Optional.ofNullable(uri.getRawUserInfo()).map(info -> {
      String[] parts = info.split(":", 2);
      return new Credential.Password(decoded(parts[0]), parts.length < 2 ? "" : decoded(parts[1]));
    });
  }

  /** A plus sign is itself in this part of an address. */
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** The proxy on the way to this address. */
  Optional<HttpProxy> on(URI uri) {
    Optional<HttpProxy> proxy = "https".equals(uri.getScheme()) ? https : http;
    return proxy.isEmpty() || NoProxy.neverProxied(uri.getHost())
        || direct.stream().anyMatch(d -> d.covers(uri)) ? Optional.empty() : proxy;
  }
}
