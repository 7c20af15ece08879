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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.ParameterizedTest;
import java.util.concurrent.locks.LockSupport;
import java.time.Instant;
import java.net.URI;
import java.net.Socket;
import java.net.ServerSocket;
import java.net.InetAddress;
import java.io.OutputStream;
import io.kuik.model.PullBudget;
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

  private void answers(int status, String... headers) {
    registry.fault(x -> {
      for (int i = 0; i < headers.length; i += 2) {
        x.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      FakeRegistry.error(x, status, "CODE", "words");
      return true;
    });
  }

  @Test
  void remembersWhatIsLeftOfThePulls() {
    registry.fault(x -> {
      x.getResponseHeaders().set("ratelimit-limit", "100;w=21600");
      x.getResponseHeaders().set("RateLimit-Remaining",
          x.getRequestMethod().equals("HEAD") ? "41;w=21600" : "40");
      return false;
    });
    assertEquals(Optional.empty(), client.pullBudget(registry.endpoint()));
    client.head(RegistryRequest.manifest(registry.endpoint(), "HEAD", "a/b", "v1"));
    assertEquals(Optional.of(new PullBudget(100, 41)), client.pullBudget(registry.endpoint()));
    client.manifest(get("v1"), Optional.empty());
    assertEquals(Optional.of(new PullBudget(100, 40)), client.pullBudget(registry.endpoint()));
    answers(429, "ratelimit-limit", "100;w=21600", "ratelimit-remaining", "0;w=21600");
    assertThrows(RegistryException.RateLimited.class, () -> client.ok(get("v1")));
    assertEquals(Optional.of(new PullBudget(100, 0)), client.pullBudget(registry.endpoint()));
    answers(500, "ratelimit-limit", "none", "ratelimit-remaining", "");
    assertThrows(RegistryException.Unavailable.class, () -> client.ok(get("v1")));
    assertEquals(Optional.of(new PullBudget(100, 0)), client.pullBudget(registry.endpoint()));
  }

  @Test
  void tellsHowLongAnUnwellRegistryWantsToBeLeftAlone() {
    answers(503, "Retry-After", "7");
    var e = assertThrows(RegistryException.Unavailable.class, () -> client.ok(get("v1")));
    assertEquals(Optional.of(Duration.ofSeconds(7)), e.retryAfter());
  }

  @ParameterizedTest
  @CsvSource(value = {"5|5", "0|0", "-3|0", "1767323110|10", "Fri, 02 Jan 2026 03:05:10 GMT|10",
      "Fri, 02 Jan 2026 03:00:00 GMT|0", "999999999|86400", "soon|", "9223372036854775807|"}, delimiter = '|')
  void readsTheWaysToWriteRetryAfter(String header, Long seconds) {
    Instant now = Instant.parse("2026-01-02T03:05:00Z");
    assertEquals(Optional.ofNullable(seconds).map(Duration::ofSeconds), StatusErrors.delay(header, now));
  }

  @Test
  void refusesBytesThatAreNotThoseOfTheHeader() {
    registry.fault(x -> {
      x.getResponseHeaders().set("Docker-Content-Digest", digest.toString());
      FakeRegistry.answer(x, 200, ManifestType.OCI_MANIFEST, "{}".getBytes(StandardCharsets.UTF_8));
      return true;
    });
    assertThrows(RegistryException.Corrupt.class, () -> client.manifest(get("v1"), Optional.empty()));
  }

  @Test
  void computesADigestThatTheRegistryForgets() {
    registry.fault(x -> {
      byte[] body = "{\"schemaVersion\": 2, \"config\": {}}".getBytes(StandardCharsets.UTF_8);
      x.getResponseHeaders().set("Content-Type", ManifestType.OCI_MANIFEST);
      boolean head = x.getRequestMethod().equals("HEAD");
      x.sendResponseHeaders(200, head ? -1 : 0);
      if (!head) {
        x.getResponseBody().write(body);
      }
      return true;
    });
    ManifestHead head = client.head(RegistryRequest.manifest(registry.endpoint(), "HEAD", "a/b", "v1"));
    assertEquals(new ManifestHead(Optional.empty(), ManifestType.OCI_MANIFEST, -1), head);
    assertEquals(digest, client.manifest(get("v1"), Optional.empty()).digest());
  }

  @Test
  void endsAHeaderThatDrips() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> drip(server));
      var endpoint = RegistryEndpoint.cache(URI.create("http://127.0.0.1:" + server.getLocalPort()));
      var request = RegistryRequest.manifest(endpoint, "GET", "a/b", "v1").within(Duration.ofMillis(200),
          Duration.ofMillis(400));
      long start = System.nanoTime();
      var e = assertThrows(RegistryException.Unavailable.class, () -> client.ok(request));
      assertTrue(e.getMessage().contains("no complete header"), e.getMessage());
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertTrue(took.compareTo(Duration.ofSeconds(5)) < 0, took.toString());
    }
  }

  /** A header that never ends, a byte at a time. */
  private static void drip(ServerSocket server) {
    try (Socket socket = server.accept()) {
      OutputStream out = socket.getOutputStream();
      out.write("HTTP/1.1 200 OK\r\nX-Long: ".getBytes(StandardCharsets.US_ASCII));
      while (true) {
        out.write('x');
        out.flush();
        LockSupport.parkNanos(20_000_000);
      }
    } catch (IOException e) {
      // The client has given up, as it must.
    }
  }

  @Test
  void stopsAtARedirectLoop() {
    answers(307, "Location", "/v2/a/b/manifests/v1");
    var e = assertThrows(RegistryException.Unsupported.class, () -> client.ok(get("v1")));
    assertTrue(e.getMessage().contains("more than 5 redirects"), e.getMessage());
    assertEquals(6, registry.requests().size());
  }

  @Test
  void keepsTheCredentialAtHome() {
    var seen = new CopyOnWriteArrayList<String>();
    registry.fault(x -> {
      seen.add(String.valueOf(x.getRequestHeaders().getFirst("Authorization")));
      boolean moved = x.getRequestURI().getPath().endsWith("/old");
      if (moved) {
        x.getResponseHeaders().set("Location", "/v2/a/b/manifests/v1");
        FakeRegistry.answer(x, 302, "text/plain", new byte[0]);
      }
      return moved;
    });
    assertEquals(digest, client.manifest(get("old").as(LOGIN), Optional.empty()).digest());
    assertEquals(List.of(LOGIN.basic(), LOGIN.basic()), seen);
  }

  @Test
  void takesAnExpiredSignatureForNoRefusal() throws IOException {
    try (FakeRegistry storage = new FakeRegistry()) {
      storage.fault(x -> {
        FakeRegistry.error(x, 403, "AccessDenied", "expired https://s/?X-Amz-Signature=abc");
        return true;
      });
      URI base = storage.endpoint().base();
      answers(307, "Location", "http://localhost:" + base.getPort() + "/x?X-Amz-Signature=abc");
      var blob = RegistryRequest.blob(registry.endpoint(), "GET", "a/b", digest.toString());
      var e = assertThrows(RegistryException.Unavailable.class, () -> client.ok(blob));
      assertTrue(e.getMessage().contains("localhost, where the registry sent us, answered HTTP 403"),
          e.getMessage());
      assertFalse(e.getMessage().contains("abc"), e.getMessage());
    }
  }
}
