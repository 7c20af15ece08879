package io.kuik.registry;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which addresses an upstream may lead us to: a realm or a redirect is text of a stranger, and must not
 * become a bridge
 * to the node, to a cloud's metadata service or to what only our own network should reach.
 */
final class AddressGuard {
  private static final Set<String> INTERNAL = Set.of(".localhost", ".local", ".internal", ".lan", ".svc",
      ".localdomain", ".home.arpa");
  private static final Set<String> METADATA = Set.of("metadata", "metadata.google.internal", "metadata.goog",
      "instance-data", "instance-data.ec2.internal");

  private AddressGuard() {
  }

  /** Loopback, link-local (cloud metadata), unspecified and multicast addresses are nobody's registry. */
  static boolean never(InetAddress address) {
    return address.isLoopbackAddress() || address.isLinkLocalAddress() || address.isAnyLocalAddress()
        || address.isMulticastAddress();
  }

  /** RFC 1918, RFC 6598 and fc00::/7: allowed only to a registry that lives there itself. */
  static boolean isPrivate(InetAddress address) {
    byte[] b = address.getAddress();
    if (address instanceof Inet4Address) {
      return address.isSiteLocalAddress() || ((b[0] & 0xff) == 100 && (b[1] & 0xc0) == 64);
    }
    return (b[0] & 0xfe) == 0xfc || address.isSiteLocalAddress();
  }

  /** Whether all that the registry's own name resolves to is private; not if only a proxy can resolve it. */
  static boolean livesInPrivate(URI base) {
    try {
      InetAddress[] addresses = InetAddress.getAllByName(base.getHost());
      return Arrays.stream(addresses).allMatch(AddressGuard::isPrivate);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** Checks the address that is about to be connected to. */
  static void check(InetAddress address, boolean privateAllowed) throws ForbiddenAddressException {
    if (never(address)) {
      throw new ForbiddenAddressException(
          address.getHostAddress() + " is a loopback, link-local or multicast address");
    }
    if (!privateAllowed && isPrivate(address)) {
      throw new ForbiddenAddressException(
          address.getHostAddress()
              + " is a private address, and the registry itself is not in a private network");
    }
  }

  /**
   * Checks a name where a proxy resolves it: written addresses as above; names that only a network of our own
   * would know may be the registry's own, or in its domain.
   */
  static void checkName(String host, URI base) throws ForbiddenAddressException {
    String name = host.replaceAll("^\\[|]$|\\.$", "").toLowerCase(Locale.ROOT);
    Optional<InetAddress> written = literal(name);
    if (written.isPresent()) {
      check(written.get(),
          literal(String.valueOf(base.getHost())).filter(AddressGuard::isPrivate).isPresent());
      return;
    }
    boolean internal = !name.contains(".") || INTERNAL.stream().anyMatch(name::endsWith);
    boolean own = name.equals(base.getHost()) || Realm.related(name, String.valueOf(base.getHost()));
    if (name.equals("localhost") || METADATA.contains(name) || (internal && !own)) {
      throw new ForbiddenAddressException(
          name + " is a name of an internal network, and not the registry's own");
    }
  }

  private static Optional<InetAddress> literal(String name) {
    try {
      return Optional.of(InetAddress.ofLiteral(name.replaceAll("^\\[|]$", "")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Thrown inside a connection attempt; the transport turns it into {@link RegistryException.Refused}. */
  static final class ForbiddenAddressException extends IOException {
    private static final long serialVersionUID = 1L;

    ForbiddenAddressException(String message) {
      super(message);
    }
  }
}
