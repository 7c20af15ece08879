package io.kuik.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.URI;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where an upstream may send us. */
class AddressGuardTest {
  private static boolean refuses(Executable check) {
    try {
      check.execute();
      return false;
    } catch (AddressGuard.ForbiddenAddressException e) {
      return true;
    } catch (Throwable other) {
      throw new IllegalStateException(other);
    }
  }

  /** The address; refused to a public registry; refused to one in a private network. */
  @ParameterizedTest
  @CsvSource({"127.0.0.1,true,true", "127.9.9.9,true,true", "::1,true,true", "0.0.0.0,true,true",
      "169.254.169.254,true,true", "fe80::1,true,true", "224.0.0.1,true,true", "::ffff:127.0.0.1,true,true",
      "10.1.2.3,true,false", "172.16.0.1,true,false", "172.32.0.1,false,false", "192.168.1.1,true,false",
      "100.64.0.1,true,false", "100.128.0.1,false,false", "fd00::1,true,false", "fc00::1,true,false",
      "2001:db8::1,false,false", "198.51.100.1,false,false"})
  void looksAtTheAddress(String text, boolean fromPublic, boolean fromPrivate) {
    InetAddress address = InetAddress.ofLiteral(text);
    assertEquals(fromPublic, refuses(() -> AddressGuard.check(address, false)));
    assertEquals(fromPrivate, refuses(() -> AddressGuard.check(address, true)));
  }

  /** A name that a proxy resolves; the registry that leads there; whether it may. */
  @ParameterizedTest
  @CsvSource({"cdn.example.com,registry.example.org,true", "router,registry.example.org,false",
      "registry,registry,true", "vault.internal,registry.example.org,false",
      "blobs.corp.internal,registry.corp.internal,true", "registry.corp.internal,registry.corp.internal,true",
      "metadata.google.internal,registry.google.internal,false", "localhost,localhost,false",
      "x.localhost,registry.example.org,false", "10.0.0.1,registry.example.org,false",
      "10.0.0.1,10.9.9.9,true",
      "169.254.169.254,10.9.9.9,false", "198.51.100.7,registry.example.org,true",
      "METADATA.google.internal.,registry.example.org,false"})
  void looksAtTheNameBehindAProxy(String name, String registry, boolean allowed) {
    assertEquals(allowed, !refuses(() -> AddressGuard.checkName(name, URI.create("https://" + registry))));
  }
}
