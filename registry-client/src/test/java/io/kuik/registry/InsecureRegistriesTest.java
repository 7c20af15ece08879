package io.kuik.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that the user calls insecure is spoken to in TLS if it can, and in plain http if it can't. */
class InsecureRegistriesTest {
  @TempDir
  private Path folder;

  private static RegistryClient client(String... insecure) {
    return new RegistryClient(new RegistrySettings(Set.of(insecure), Optional.empty(), "test"));
  }

  private static RegistryRequest head(RegistryClient client, FakeRegistry registry) {
    RegistryEndpoint endpoint = client.upstream(registry.endpoint().base().getAuthority()).unguarded();
    return RegistryRequest.manifest(endpoint, "HEAD", "a/b", "v1");
  }

  @Test
  void takesACertificateThatNobodyKnows() throws IOException, InterruptedException, GeneralSecurityException {
    SelfSigned other = SelfSigned.create(folder, "dns:another.example");
    try (FakeRegistry registry = FakeRegistry.secured(other.server())) {
      Digest digest = registry.putManifest("a/b", "v1", "{}");
      RegistryClient insecure = client(registry.endpoint().base().getAuthority());
      assertEquals(Optional.of(digest), insecure.head(head(insecure, registry)).digest());
      RegistryClient strict = client();
      var e = assertThrows(RegistryException.Unavailable.class, () -> strict.head(head(strict, registry)));
      assertTrue(e.getMessage().contains("rootCertificateAuthorities"), e.getMessage());
    }
  }

  @Test
  void speaksPlainHttpWhereThereIsNoTls() throws IOException {
    try (FakeRegistry registry = new FakeRegistry()) {
      Digest digest = registry.putManifest("a/b", "v1", "{}");
      RegistryClient client = client(registry.endpoint().base().getAuthority());
      // The JDK's own server waits for more when it gets a TLS handshake; others answer 400 at once.
      RegistryRequest request = head(client, registry).within(Duration.ofSeconds(5), Duration.ofMillis(500));
      for (int i = 0; i < 2; i++) {
        assertEquals(Optional.of(digest), client.head(request).digest());
      }
    }
  }

  @Test
  void aSilentOneIsToldWithinTheLimits() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String host = "127.0.0.1:" + silent.getLocalPort();
      RegistryClient client = client(host);
      var request = RegistryRequest.manifest(client.upstream(host).unguarded(), "HEAD", "a/b", "v1")
          .within(Duration.ofMillis(200), Duration.ofMillis(200));
      long start = System.nanoTime();
      assertThrows(RegistryException.Unavailable.class, () -> client.head(request));
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertTrue(took.compareTo(Duration.ofSeconds(2)) < 0, took.toString());
    }
  }
}
