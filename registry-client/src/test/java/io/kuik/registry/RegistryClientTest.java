package io.kuik.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the client does with answers of every kind, against a registry that can be made to misbehave. */
class RegistryClientTest {
  private static final Credential.Password LOGIN = new Credential.Password("kuik", "correct-horse");

  private final RegistryClient client = new RegistryClient(
      new RegistrySettings(Set.of(), Optional.empty(), "test"));
  private FakeRegistry registry;
  private Digest digest;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    digest = registry.putManifest("a/b", "v1", "{\"schemaVersion\": 2, \"config\": {}}");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private RegistryRequest get(String version) {
    return RegistryRequest.manifest(registry.endpoint(), "GET", "a/b", version);
  }

  @Test
  void readsManifestsAsTheyAre() {
    Manifest manifest = client.manifest(get("v1"), Optional.empty());
    assertArrayEquals("{\"schemaVersion\": 2, \"config\": {}}".getBytes(StandardCharsets.UTF_8),
        manifest.bytes());
    assertEquals(digest, manifest.digest());
    assertEquals(ManifestType.OCI_MANIFEST, manifest.mediaType());
    assertEquals(Optional.of(digest),
        client.head(RegistryRequest.manifest(registry.endpoint(), "HEAD", "a/b", "v1")).digest());
  }

  @Test
  void asksForAllFourManifestTypes() {
    var accepted = new CopyOnWriteArrayList<String>();
    registry.fault(x -> {
      accepted.addAll(x.getRequestHeaders().get("Accept"));
      return false;
    });
    client.manifest(get("v1"), Optional.empty());
    assertTrue(accepted.containsAll(ManifestType.ACCEPT), accepted.toString());
  }

  @Test
  void refusesBytesOfAnotherDigest() {
    Digest other = Digest.sha256(new byte[0]);
    var e = assertThrows(RegistryException.Corrupt.class,
        () -> client.manifest(get("v1"), Optional.of(other)));
    assertTrue(e.getMessage().contains(other.toString()), e.getMessage());
  }

  @Test
  void stopsAtTheManifestLimit() {
    registry.putManifest("a/b", "big", " ".repeat(RegistryClient.MANIFEST_LIMIT + 1));
    assertThrows(RegistryException.Unsupported.class, () -> client.manifest(get("big"), Optional.empty()));
  }

  @Test
  void saysWhatTheRegistrySaid() {
    registry.fault(x -> {
      FakeRegistry.error(x, 403, "DENIED", "not for you");
      return true;
    });
    var e = assertThrows(RegistryException.Forbidden.class, () -> client.ok(get("v1")));
    assertTrue(e.getMessage().endsWith("HTTP 403 (DENIED not for you)"), e.getMessage());
  }

  @Test
  void tellsHowLongToWait() {
    registry.fault(x -> {
      x.getResponseHeaders().set("Retry-After", "17");
      FakeRegistry.error(x, 429, "TOOMANYREQUESTS", "slow down");
      return true;
    });
    var e = assertThrows(RegistryException.RateLimited.class, () -> client.ok(get("v1")));
    assertEquals(Optional.of(Duration.ofSeconds(17)), e.retryAfter());
  }

  @Test
  void explainsAnAnswerThatTheCallerHasLookedAtItself() {
    RegistryRequest request = get("none");
    RegistryResponse response = client.send(request);
    assertEquals(404, response.status());
    var e = assertInstanceOf(RegistryException.NotFound.class, client.failure(request, response));
    assertTrue(e.getMessage().endsWith("HTTP 404 (MANIFEST_UNKNOWN not in the fake registry)"),
        e.getMessage());
  }

  @Test
  void givesUpOnARegistryThatHangs() {
    var asked = new CountDownLatch(1);
    registry.fault(x -> {
      try {
        return !asked.await(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return true;
      }
    });
    var request = get("v1").within(Duration.ofMillis(200), Duration.ofMillis(200));
    var e = assertThrows(RegistryException.Unavailable.class, () -> client.ok(request));
    asked.countDown();
    assertTrue(e.getMessage().contains("no answer in time"), e.getMessage());
  }

  @Test
  void fetchesATokenAndKeepsIt() {
    var seen = new CopyOnWriteArrayList<String>();
    registry.fault(x -> tokenService(x, seen));
    for (int i = 0; i < 3; i++) {
      assertEquals(digest, client.manifest(get("v1").as(LOGIN), Optional.empty()).digest());
    }
    assertEquals(List.of(LOGIN.basic()), seen, "one token for three requests, asked with the credential");
  }

  private boolean tokenService(HttpExchange x, List<String> seen) throws IOException {
    if (x.getRequestURI().getPath().equals("/token")) {
      seen.add(x.getRequestHeaders().getFirst("Authorization"));
      boolean asked = x.getRequestURI().getQuery().equals("service=fake&scope=repository:a/b:pull");
      FakeRegistry.answer(x, asked ? 200 : 400, "application/json",
          "{\"access_token\":\"t-1\",\"expires_in\":300}".getBytes(StandardCharsets.UTF_8));
      return true;
    }
    if ("Bearer t-1".equals(x.getRequestHeaders().getFirst("Authorization"))) {
      return false;
    }
    x.getResponseHeaders().set("WWW-Authenticate",
        "Bearer realm=\"" + registry.endpoint().base()
            + "/token\",service=\"fake\",scope=\"repository:a/b:pull\"");
    FakeRegistry.error(x, 401, "UNAUTHORIZED", "token please");
    return true;
  }

  @Test
  void keepsTheCredentialFromAStrangersTokenService() {
    var seen = new CopyOnWriteArrayList<String>();
    registry.fault(x -> {
      seen.add(String.valueOf(x.getRequestHeaders().getFirst("Authorization")));
      x.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"https://thief.example/token\"");
      FakeRegistry.error(x, 401, "UNAUTHORIZED", "token please");
      return true;
    });
    var e = assertThrows(RegistryException.Refused.class, () -> client.ok(get("v1").as(LOGIN)));
    assertFalse(e.getMessage().contains(LOGIN.password()));
    assertEquals(1, seen.size());
  }

  @Test
  void keepsTheCredentialFromRedirectTargets() throws IOException {
    try (FakeRegistry storage = new FakeRegistry()) {
      var seen = new CopyOnWriteArrayList<String>();
      byte[] blob = "layer".getBytes(StandardCharsets.UTF_8);
      storage.putBlob("a/b", blob);
      storage.fault(x -> {
        seen.add(String.valueOf(x.getRequestHeaders().getFirst("Authorization")));
        return false;
      });
      registry.fault(x -> {
        x.getResponseHeaders().set("Location", storage.endpoint().base() + x.getRequestURI().getPath());
        FakeRegistry.answer(x, 307, "text/plain", new byte[0]);
        return true;
      });
      var request = RegistryRequest.blob(registry.endpoint(), "GET", "a/b", Digest.sha256(blob).toString())
          .as(LOGIN);
      try (RegistryResponse response = client.ok(request)) {
        assertArrayEquals(blob, response.body().readAllBytes());
      }
      assertEquals(List.of("null"), seen);
    }
  }

  @Test
  void goesToNoLoopbackAddressForAnUpstream() {
    int port = registry.endpoint().base().getPort();
    var insecure = new RegistryClient(
        new RegistrySettings(Set.of("127.0.0.1:" + port), Optional.empty(), "test"));
    for (String host : List.of("127.0.0.1", "localhost")) {
      var upstream = RegistryEndpoint.upstream(host + ":" + port, Set.of("127.0.0.1:" + port));
      assertThrows(RegistryException.Refused.class,
          () -> insecure.ok(RegistryRequest.manifest(upstream, "GET", "a/b", "v1")));
    }
    assertEquals(List.of(), registry.requests());
  }
}
