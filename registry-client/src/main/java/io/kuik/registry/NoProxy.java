package io.kuik.registry;

import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * One entry of {@code NO_PROXY}, with Go's rules: a name covers its subdomains as well, with a dot in front
 * only these; addresses and networks cover addresses that are written as such; a port narrows each of them.
 */
sealed interface NoProxy {
  /** Whether this address is asked directly. */
  boolean covers(URI uri);

  /** Everything, by a star. */
  record Everything() implements NoProxy {
    @Override
    public boolean covers(URI uri) {
      return true;
    }
  }

  /** A name or a suffix, and a port or -1. */
  record Name(String name, int port) implements NoProxy {
    @Override
    public boolean covers(URI uri) {
      String host = bare(uri.getHost());
      boolean inside = host.endsWith(name.startsWith(".") ? name : "." + name);
      return (inside || host.equals(name)) && (port < 0 || port == askedPort(uri));
    }
  }

  /** Addresses that share their first bits. */
  record Network(InetAddress address, int bits) implements NoProxy {
    @Override
    public boolean covers(URI uri) {
      Optional<InetAddress> asked = literal(bare(uri.getHost()));
      return asked.isPresent() && sameStart(address.getAddress(), asked.get().getAddress(), bits);
    }
  }

  private static boolean sameStart(byte[] a, byte[] b, int bits) {
    if (a.length != b.length) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      int mask = 0x80 >> (i % 8);
      if ((a[i / 8] & mask) != (b[i / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  /** Empty for an entry that means nothing. */
  static Optional<NoProxy> parse(String entry) {
    String text = entry.strip().toLowerCase(Locale.ROOT);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.equals("*")) {
      return Optional.of(new Everything());
    }
    int slash = text.indexOf('/');
    return slash >= 0
        ? network(text.substring(0, slash), text.substring(slash + 1))
        : Optional.of(name(text));
  }

  private static Optional<NoProxy> network(String address, String bits) {
    try {
      int count = Integer.parseInt(bits);
      return literal(address).filter(a -> count >= 0 && count <= a.getAddress().length * 8)
          .map(a -> new Network(a, count));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static NoProxy name(String text) {
    Optional<InetAddress> whole = literal(bare(text));
    if (whole.isPresent()) {
      return new Network(whole.get(), whole.get().getAddress().length * 8);
    }
    int colon = text.lastIndexOf(':');
    boolean port = colon > 0 && text.substring(colon + 1).matches("\\d{1,5}");
    String host = bare(port ? text.substring(0, colon) : text);
    return new Name(host.startsWith("*.") ? host.substring(1) : host,
        port ? Integer.parseInt(text.substring(colon + 1)) : -1);
  }

  /**
   * Loopback, as Go has it, and names of Services: no proxy outside of the cluster could reach those.
   */
  static boolean neverProxied(String name) {
    String host = bare(name);
    return host.equals("localhost") || literal(host).filter(InetAddress::isLoopbackAddress).isPresent()
        || host.endsWith(".svc") || host.contains(".svc.") || host.endsWith(".cluster.local");
  }

  private static Optional<InetAddress> literal(String host) {
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String bare(String host) {
    return host.replaceAll("^\\[|]$|\\.$", "").toLowerCase(Locale.ROOT);
  }

  private static int askedPort(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
  }
}
