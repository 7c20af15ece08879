package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry that says no, or not now, or somewhere else. */
class UpstreamRefusalsIT extends FaultBed {
  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504})
  void aFewBadAnswersArePassedOver(int status) throws IOException {
    first(2, a -> !a.path().equals("/v2/"), Fault.answer(status));
    assertCopied();
    first(3, FaultFront.Asked::blob, Fault.answer(status));
    digest = sample.oci("v1", 2, SIZE);
    assertCopied();
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503})
  void badAnswersWithoutEndEndTheCopy(int status) throws IOException {
    front.script(a -> Fault.answer(status));
    String asked = assertFails(CopyOutcome.UPSTREAM_UNAVAILABLE).report().message();
    assertTrue(asked.contains("Asked 3 times: ") && asked.contains("HTTP " + status), asked);
    assertEquals(3, front.asked().size());
    front.script(a -> a.blob() ? Fault.answer(status) : Fault.NONE);
    String read = assertFails(CopyOutcome.UPSTREAM_UNAVAILABLE).report().message();
    assertTrue(read.contains("failed 5 times in a row"), read);
  }

  @Test
  void waitsAsLongAsItIsAskedTo() throws IOException {
    first(1, FaultFront.Asked::blob, Fault.answer(429, "Retry-After", "10"));
    long start = System.nanoTime();
    WorkerRun run = assertCopied();
    // Tests wait a twentieth.
    assertTrue(System.nanoTime() - start >= 500_000_000L);
    assertEquals(0, run.report().retryAfterSeconds());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLongWaitIsLeftToTheController(boolean atBlobs) throws IOException {
    front.script(a -> a.blob() == atBlobs
        ? Fault.answer(429, "Retry-After", "3600", "ratelimit-limit", "100;w=21600", "ratelimit-remaining",
            "0;w=21600")
        : Fault.NONE);
    WorkerRun run = assertFails(CopyOutcome.RATE_LIMITED);
    assertEquals(3600, run.report().retryAfterSeconds());
    assertEquals(100, run.report().pullLimit());
    assertEquals(0, run.report().pullsRemaining());
    assertTrue(run.report().message().contains("asks to wait for 3600 s"), run.report().message());
    long limited = front.asked().stream().filter(a -> a.blob() == atBlobs).count();
    assertTrue(limited <= 2, "asked " + limited + " times in spite of it");
  }

  @Test
  void anExhaustedAllowanceIsNotAskedForAgain() throws IOException {
    front
        .script(a -> Fault.answer(429, "ratelimit-limit", "100;w=21600", "ratelimit-remaining", "0;w=21600"));
    assertFails(CopyOutcome.RATE_LIMITED);
    assertEquals(1, front.asked().size());
  }

  @Test
  void tellsWhatIsLeftOfTheAllowance() throws IOException {
    front.script(a -> Fault.header(h -> h.replaceFirst("\r\n",
        "\r\nratelimit-limit: 100;w=21600\r\nratelimit-remaining: " + (50 - a.number()) + ";w=21600\r\n")));
    WorkerRun run = assertCopied();
    assertEquals(100, run.report().pullLimit());
    assertTrue(run.report().pullsRemaining() < 49 && run.report().pullsRemaining() > 40,
        String.valueOf(run.report().pullsRemaining()));
  }

  @Test
  void aMissingLayerIsNamedWithItsRegistry() throws IOException {
    front
        .script(a -> a.path().endsWith("/blobs/" + sample.blobs.getFirst()) ? Fault.answer(404) : Fault.NONE);
    String message = assertFails(CopyOutcome.NOT_FOUND).report().message();
    assertTrue(
        message.contains(front.uri().getAuthority()) && message.contains(sample.blobs.getFirst().hex()),
        message);
  }

  @Test
  void aRefusalOfOneLayerIsNotTheLastWord() throws IOException {
    first(2, FaultFront.Asked::blob, Fault.answer(401));
    assertCopied();
    front.script(a -> a.blob() ? Fault.answer(401) : Fault.NONE);
    digest = sample.oci("v1", 3, SIZE);
    String message = copy().report().message();
    assertTrue(message.contains("HTTP 401") && message.contains("5 times in a row"), message);
  }

  @Test
  void signsInAgainWhenATokenEndsInTheMiddle() throws IOException {
    var tokens = new AtomicInteger();
    var uses = new ConcurrentHashMap<String, Integer>();
    front.script(a -> {
      if (a.path().startsWith("/token")) {
        String token = "t" + tokens.incrementAndGet();
        uses.put("Bearer " + token, 2);
        return Fault.answer(200, "{\"token\":\"" + token + "\"}", Map.of("Content-Type", "application/json"));
      }
      if (uses.merge(a.header("Authorization"), -1, Integer::sum) < 0) {
        return Fault.answer(401, "WWW-Authenticate",
            "Bearer realm=\"" + front.uri() + "/token\",service=\"front\"");
      }
      return a.blob() ? Fault.response(Spoilt.cut(600_000)) : Fault.NONE;
    });
    assertCopied();
    assertTrue(tokens.get() >= 3, tokens.toString());
  }

  @Test
  void asksTheRegistryForANewAddressAfterEachBreak() throws IOException {
    var shown = new CopyOnWriteArrayList<String>();
    var used = new CopyOnWriteArrayList<String>();
    try (FaultFront storage = new FaultFront(upstream.uri())) {
      storage.script(a -> {
        shown.add(a.header("Authorization"));
        String path = a.path().replaceFirst("\\?.*", "");
        boolean fresh = !used.contains(a.path());
        used.add(a.path());
        return fresh ? Fault.path(path).and(Spoilt.cut(1_000_000)) : Fault.answer(403);
      });
      front.script(a -> {
        if (!a.header("Authorization").equals("Bearer good")) {
          return a.path().startsWith("/token")
              ? Fault.answer(200, "{\"token\":\"good\"}", Map.of("Content-Type", "application/json"))
              : Fault.answer(401, "WWW-Authenticate", "Bearer realm=\"" + front.uri() + "/token\"");
        }
        return a.blob()
            ? Fault.answer(307, "Location", storage.uri() + a.path() + "?signature=" + a.number())
            : Fault.NONE;
      });
      assertCopied();
      assertTrue(used.size() >= 4, used.toString());
      assertEquals(used.size(), Set.copyOf(used).size(), "no address is used twice");
      assertEquals(Set.of(""), Set.copyOf(shown), "the storage sees no credential");
    }
  }

  @Test
  void stopsInARedirectLoop() throws IOException {
    front.script(a -> a.blob() ? Fault.answer(307, "Location", a.path()) : Fault.NONE);
    String message = assertFails(CopyOutcome.UNSUPPORTED).report().message();
    assertTrue(message.contains("more than 5 redirects"), message);
  }
}
