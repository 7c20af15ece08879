package io.kuik.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.PullBudget;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a registry says when it gives nothing, and what a client does that gets no answer at all. */
class RefusalsTest extends RegistryBed {
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
  void explainsAnAnswerThatTheCallerHasLookedAtItself() {
    RegistryRequest request = get("none");
    RegistryResponse response = client.send(request);
    assertEquals(404, response.status());
    var e = assertInstanceOf(RegistryException.NotFound.class, client.failure(request, response));
    assertTrue(e.getMessage().endsWith("HTTP 404 (MANIFEST_UNKNOWN not in the fake registry)"),
        e.getMessage());
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
    client.head(head());
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
}
