package io.kuik.registry;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses in every writing that hides what they are. */
class AddressesTest {
  private static void forbidden(String address, AddressGuard.Reach reach) {
    assertThrows(AddressGuard.ForbiddenAddressException.class,
        () -> AddressGuard.check(InetAddress.ofLiteral(address), reach), address);
  }

  private static void allowed(String address, AddressGuard.Reach reach) {
    assertDoesNotThrow(() -> AddressGuard.check(InetAddress.ofLiteral(address), reach), address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "0.0.0.0", "0.1.2.3", "169.254.169.254", "224.0.0.1",
      "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "ff02::1", "::ffff:127.0.0.1",
      "::ffff:169.254.169.254", "64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254", "2002:7f00:1::1",
      "2002:a9fe:a9fe::1", "::169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16",
      "fd00:ec2::254", "fd20:ce::254"})
  void thatAreNobodysRegistryAreNeverAsked(String address) {
    for (AddressGuard.Reach reach : AddressGuard.Reach.values()) {
      forbidden(address, reach);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "fc00::1",
      "fdff::1", "64:ff9b::10.0.0.1", "2002:a00:1::1", "::ffff:10.0.0.1"})
  void thatArePrivateAreAskedOnlyForARegistryThatLivesThere(String address) {
    forbidden(address, AddressGuard.Reach.PUBLIC);
    allowed(address, AddressGuard.Reach.PRIVATE);
    allowed(address, AddressGuard.Reach.EITHER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"203.0.113.9", "172.32.0.1", "100.128.0.1", "2001:db8::1", "64:ff9b::203.0.113.9"})
  void thatArePublicAreNoneOfARegistryThatWasFoundInAPrivateNetwork(String address) {
    allowed(address, AddressGuard.Reach.PUBLIC);
    allowed(address, AddressGuard.Reach.EITHER);
    forbidden(address, AddressGuard.Reach.PRIVATE);
  }
}
