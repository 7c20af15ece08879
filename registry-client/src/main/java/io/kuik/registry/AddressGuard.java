package io.kuik.registry;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Which addresses an upstream may lead us to: a realm or a redirect is text of a stranger, and must not
 * become a bridge
 * to the node, to a cloud's metadata service or to what only our own network should reach.
 */
final class AddressGuard {
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

  /** Whether all that the registry's own name resolves to is private. */
  static boolean livesInPrivate(URI base) throws UnknownHostException {
    InetAddress[] addresses = InetAddress.getAllByName(base.getHost());
    return Arrays.stream(addresses).allMatch(AddressGuard::isPrivate);
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

  /** Thrown inside a connection attempt; the transport turns it into {@link RegistryException.Refused}. */
  static final class ForbiddenAddressException extends IOException {
    private static final long serialVersionUID = 1L;

    ForbiddenAddressException(String message) {
      super(message);
    }
  }
}
