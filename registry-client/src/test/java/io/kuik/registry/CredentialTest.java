package io.kuik.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may see a credential, and who may be asked at all. */
class CredentialTest {
  @Test
  void hidesTheSecretInItsText() {
    assertFalse(new Credential.IdentityToken("u", "hunter2").toString().contains("hunter2"));
    assertFalse(new Credential.Password("u", "hunter2").toString().contains("hunter2"));
  }

  @ParameterizedTest
  @CsvSource({"docker.io, https://auth.docker.io/token, true", "quay.io, https://quay.io/v2/auth, true",
      "r.example.com, https://auth.example.com/t, true", "r.example.com, https://example.com/t, true",
      "r.co.uk, https://thief.co.uk/t, false", "a.example.co.uk, https://b.example.co.uk/t, true",
      "r.example.com, https://example.org/t, false", "r.example.com, http://auth.example.com/t, false",
      "a.io, https://b.io/t, false", "docker.io, https://auth.docker.io.evil.example/t, false"})
  void showsCredentialsOnlyToTheRegistrysOwnTokenService(String registry, String realm, boolean may) {
    assertEquals(may,
        Realm.mayHaveCredential(RegistryEndpoint.upstream(registry, Set.of()), URI.create(realm)));
  }

  @Test
  void knowsAddressesThatAreNobodysRegistry() throws UnknownHostException {
    for (String address : List.of("127.0.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1", "::1", "fe80::1",
        "::ffff:127.0.0.1")) {
      assertTrue(AddressGuard.never(InetAddress.getByName(address)), address);
    }
    for (String address : List.of("10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "fd00::1")) {
      assertTrue(AddressGuard.isPrivate(InetAddress.getByName(address)), address);
    }
    for (String address : List.of("198.51.100.80", "100.128.0.1", "172.32.0.1", "2001:db8::1")) {
      assertFalse(AddressGuard.isPrivate(InetAddress.getByName(address)), address);
    }
  }

  @Test
  void readsChallenges() {
    Challenge bearer = Challenge
        .choose(List.of("Basic realm=\"x\"",
            "Bearer realm=\"https://a/t\", service=s,scope=\"repository:a:pull,push\""))
        .orElseThrow();
    assertEquals("https://a/t", bearer.parameters().get("realm"));
    assertEquals("s", bearer.parameters().get("service"));
    assertEquals("repository:a:pull,push", bearer.parameters().get("scope"));
    assertEquals(Optional.empty(), Challenge.choose(List.of("Negotiate abc")));
  }
}
