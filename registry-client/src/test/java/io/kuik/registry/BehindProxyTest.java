package io.kuik.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry whose name only the proxy can resolve, behind a proxy that wants a password. */
class BehindProxyTest {
  private static final String HOST = "registry.behind.example";
  /** Basic of user and {@code pass:word}. */
  private static final String LOGIN = new Credential.Password("user", "pass:word").basic();

  private static SelfSigned certificate;
  private FakeRegistry registry;
  private FakeProxy proxy;
  private Digest digest;

  @BeforeAll
  static void certify(@TempDir Path folder)
      throws IOException, InterruptedException, GeneralSecurityException {
    certificate = SelfSigned.create(folder, "dns:" + HOST);
  }

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.secured(certificate.server());
    digest = registry.putManifest("a/b", "v1", "{}");
    proxy = new FakeProxy(registry.endpoint().base().getPort(), LOGIN);
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
    proxy.close();
  }

  private RegistryClient client(String user, String... insecure) {
    String address = "http://" + user + "@" + proxy.address();
    return new RegistryClient(new RegistrySettings(Set.of(insecure), Optional.of(certificate.folder()),
        HttpProxies.from(Map.of("HTTPS_PROXY", address, "HTTP_PROXY", address)), "test"));
  }

  private static RegistryRequest head(RegistryClient client, String host) {
    return RegistryRequest.manifest(client.upstream(host), "HEAD", "a/b", "v1");
  }

  @Test
  void theTunnelIsOpenedWithThePassword() {
    var seen = new CopyOnWriteArrayList<String>();
    registry.fault(x -> {
      seen.addAll(x.getRequestHeaders().keySet());
      return false;
    });
    RegistryClient client = client("user:pass%3Aword");
    for (int i = 0; i < 3; i++) {
      assertEquals(Optional.of(digest), client.head(head(client, HOST)).digest());
    }
    String connect = "CONNECT " + HOST + ":443 HTTP/1.1";
    assertEquals(List.of(connect, connect), proxy.asked,
        "one without, one with the password, then kept open");
    assertFalse(seen.contains("Proxy-authorization"), "the registry never sees it");
  }

  @Test
  void aProxyThatRefusesIsNamedWithoutThePassword() {
    RegistryClient client = client("user:secret");
    var e = assertThrows(RegistryException.Unavailable.class, () -> client.head(head(client, HOST)));
    assertTrue(
        e.getMessage().contains("through the proxy " + proxy.address()) && e.getMessage().contains("407"),
        e.getMessage());
    assertFalse(e.getMessage().contains("secret"), e.getMessage());
  }

  @Test
  void namesThatOnlyANetworkOfOurOwnKnowsAreNotAskedFor() {
    for (String target : List.of("169.254.169.254", "metadata.google.internal", "10.0.0.1", "[::1]", "router",
        "vault.internal")) {
      registry.fault(x -> {
        x.getResponseHeaders().set("Location", "https://" + target + "/v2/x");
        FakeRegistry.answer(x, 307, "text/plain", new byte[0]);
        return true;
      });
      RegistryClient client = client("user:pass%3Aword");
      var e = assertThrows(RegistryException.class, () -> client.head(head(client, HOST)));
      boolean loopback = target.equals("[::1]");
      assertTrue(e instanceof RegistryException.Refused, target + ": " + e.getMessage());
      assertTrue(e.getMessage().contains(loopback ? "loopback" : target), e.getMessage());
      assertTrue(proxy.asked.stream().noneMatch(a -> a.contains(target)), proxy.asked.toString());
    }
  }

  @Test
  void plainHttpGoesThroughItToo() {
    RegistryClient client = client("user:pass%3Aword", "plain.example:5000");
    assertThrows(RegistryException.NotFound.class, () -> client.head(head(client, "plain.example:5000")));
    assertEquals("HEAD http://plain.example:5000/v2/a/b/manifests/v1 HTTP/1.1", proxy.asked.getLast());
  }

  @Test
  void theCacheIsNeverAskedThroughIt() {
    RegistryClient client = client("user:pass%3Aword");
    RegistryEndpoint cache = RegistryEndpoint.cache(java.net.URI.create("http://no-such-cache.example:1"));
    var request = RegistryRequest.manifest(cache, "HEAD", "a/b", "v1");
    assertThrows(RegistryException.Unavailable.class, () -> client.head(request));
    assertEquals(List.of(), proxy.asked);
  }
}
