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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which addresses an upstream may lead us to: a realm or a redirect is text of a stranger, and must not
 * become a bridge to the node, to a cloud's metadata service or to what only our own network should reach.
 */
final class AddressGuard {
  private static final Set<String> INTERNAL = Set.of(".localhost", ".local", ".internal", ".lan", ".svc",
      ".localdomain", ".home.arpa");
  private static final Set<String> METADATA = Set.of("metadata", "metadata.google.internal", "metadata.goog",
      "instance-data", "instance-data.ec2.internal");

  /**
   * Where clouds serve a machine's identity beside the link-local address: Alibaba, Oracle, Azure, AWS, GCP.
   */
  private static final Set<InetAddress> METADATA_ADDRESSES = Stream
      .of("100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254")
      .map(InetAddress::ofLiteral).collect(Collectors.toUnmodifiableSet());

  /** Which addresses a connection may have. */
  enum Reach {
    /** No private ones. */
    PUBLIC,
    /** Only private ones. */
    PRIVATE,
    /** Both. */
    EITHER
  }

  private AddressGuard() {
  }

  /** Loopback, link-local (cloud metadata), unspecified and multicast addresses are nobody's registry. */
  static boolean never(InetAddress address) {
    byte[] b = address.getAddress();
    boolean nobody = address instanceof Inet4Address && (b[0] == 0 || (b[0] & 0xf0) == 0xf0);
    return address.isLoopbackAddress() || address.isLinkLocalAddress() || address.isAnyLocalAddress()
        || address.isMulticastAddress() || nobody || METADATA_ADDRESSES.contains(address);
  }

  /**
   * The IPv4 address that a gateway makes of an IPv6 one: NAT64 (64:ff9b::/96), 6to4 (2002::/16), and the old
   * form of ::/96.
   */
  private static InetAddress behindGateway(InetAddress address) {
    byte[] b = address.getAddress();
    if (address instanceof Inet4Address) {
      return address;
    }
    boolean nat64 = b[0] == 0 && b[1] == 0x64 && (b[2] & 0xff) == 0xff && (b[3] & 0xff) == 0x9b;
    boolean sixToFour = b[0] == 0x20 && b[1] == 2;
    boolean compatible = IntStream.range(0, 12).allMatch(i -> b[i] == 0) && !address.isLoopbackAddress()
        && !address.isAnyLocalAddress();
    int at = sixToFour ? 2 : 12;
    return nat64 || sixToFour || compatible ? ipv4(Arrays.copyOfRange(b, at, at + 4)) : address;
  }

  private static InetAddress ipv4(byte[] address) {
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
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
    check(address, privateAllowed ? Reach.EITHER : Reach.PUBLIC);
  }

  /** Checks the address that is about to be connected to. */
  static void check(InetAddress address, Reach reach) throws ForbiddenAddressException {
    InetAddress real = behindGateway(address);
    if (never(address) || never(real)) {
      throw new ForbiddenAddressException(
          address.getHostAddress() + " is a loopback, link-local, metadata or multicast address");
    }
    if (reach == Reach.PRIVATE && !isPrivate(real)) {
      throw new ForbiddenAddressException(
          address.getHostAddress() + " is a public address, and a moment ago the name meant a private one");
    }
    if (reach == Reach.PUBLIC && isPrivate(real)) {
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
