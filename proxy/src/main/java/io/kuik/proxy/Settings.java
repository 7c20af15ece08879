package io.kuik.proxy;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * What the chart tells the proxy, in environment variables.
 *
 * @param port
 *          KUIK_PORT: of the loopback addresses that images are served on
 * @param opsAddress
 *          KUIK_OPS_ADDRESS: host:port for metrics and probes
 * @param cache
 *          KUIK_CACHE: the cache registry's address
 * @param cacheCredentials
 *          KUIK_CACHE_CREDENTIALS: a folder with the files username and password
 * @param certificateAuthorities
 *          KUIK_CERTIFICATE_AUTHORITIES: a folder of PEM files
 * @param insecureRegistries
 *          KUIK_INSECURE_REGISTRIES: host:port,... that have no known certificate, or no TLS
 * @param revalidateTags
 *          KUIK_REVALIDATE_TAGS: a regular expression of tags that move; empty for none
 * @param revalidateEvery
 *          KUIK_REVALIDATE_SECONDS: how long the upstream's word on such a tag is believed
 */
public record Settings(int port, InetSocketAddress opsAddress, URI cache, Path cacheCredentials,
    Optional<Path> certificateAuthorities, Set<String> insecureRegistries, String revalidateTags,
    Duration revalidateEvery) {

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException
   *           if one is wrong or missing; the message names it
   */
  public static Settings from(Map<String, String> environment) {
    return new Settings(port("KUIK_PORT", value(environment, "KUIK_PORT").orElse("7439")),
        address("KUIK_OPS_ADDRESS", value(environment, "KUIK_OPS_ADDRESS").orElse("0.0.0.0:7440")),
        cache(value(environment, "KUIK_CACHE").orElseThrow(() -> new IllegalArgumentException(
            "KUIK_CACHE is not set; it must be the cache registry's address, such as http://host:5001"))),
        Path.of(value(environment, "KUIK_CACHE_CREDENTIALS").orElse("/etc/kuik/registry")),
        value(environment, "KUIK_CERTIFICATE_AUTHORITIES").map(Path::of),
        list(value(environment, "KUIK_INSECURE_REGISTRIES").orElse("")),
        expression("KUIK_REVALIDATE_TAGS",
            environment.getOrDefault("KUIK_REVALIDATE_TAGS", "^latest$").strip()),
        seconds("KUIK_REVALIDATE_SECONDS", value(environment, "KUIK_REVALIDATE_SECONDS").orElse("60")));
  }

  private static String expression(String name, String text) {
    try {
      return Pattern.compile(text).pattern();
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(name + ": not a regular expression: " + e.getMessage(), e);
    }
  }

  private static Duration seconds(String name, String text) {
    try {
      int seconds = Integer.parseInt(text);
      if (seconds >= 0) {
        return Duration.ofSeconds(seconds);
      }
    } catch (NumberFormatException e) {
      // Falls through, as above.
    }
    throw new IllegalArgumentException(name + "=" + text + ": it must be a number of seconds, 0 or more");
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).map(String::strip).filter(v -> !v.isEmpty());
  }

  private static int port(String name, String text) {
    try {
      int port = Integer.parseInt(text);
      if (port > 0 && port < 65536) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Falls through: not a number is as wrong as a number out of range.
    }
    throw new IllegalArgumentException(name + "=" + text + ": a port is a number from 1 to 65535");
  }

  /** A node's IPv6 address comes from the downward API without brackets. */
  private static InetSocketAddress address(String name, String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException(name + "=" + text + ": an address is host:port");
    }
    String host = text.substring(0, colon).replaceAll("^\\[|]$", "");
    var address = new InetSocketAddress(host, port(name, text.substring(colon + 1)));
    if (address.isUnresolved()) {
      throw new IllegalArgumentException(name + "=" + text + ": the host does not resolve");
    }
    return address;
  }

  private static URI cache(String text) {
    try {
      URI uri = URI.create(text);
      String scheme = String.valueOf(uri.getScheme());
      if ((scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null
          && uri.getPath().isEmpty() && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Falls through: unreadable is as wrong as incomplete.
    }
    // Not quoted: somebody may have put a password into it.
    throw new IllegalArgumentException(
        "KUIK_CACHE must be http://host:port or https://host:port, with no path, user or password");
  }

  private static Set<String> list(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).filter(s -> !s.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }
}
