package io.kuik.proxy.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.kuik.model.Digest;
import io.kuik.model.ImageReference;
import io.kuik.proxy.request.PullRequest.ManifestRead;
import io.kuik.proxy.request.SpecError;
import io.kuik.proxy.request.Wanted;
import io.kuik.proxy.serve.Outcome.Origin;
import io.kuik.proxy.serve.Outcome.Refused;
import io.kuik.proxy.serve.Outcome.Served;
import io.kuik.proxy.source.Answer;
import io.kuik.proxy.source.Answer.Found;
import io.kuik.proxy.source.Answer.Missing;
import io.kuik.proxy.source.Answer.Unavailable;
import io.kuik.proxy.source.Content;
import io.kuik.proxy.source.Source;
import io.kuik.proxy.stream.Bodies;
import io.kuik.proxy.stream.Counts;
import io.kuik.proxy.stream.Trust;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The decision between the two sources, for each pair of answers. */
class CacheFirstTest {
  private static final Answer FOUND = new Found(
      new Content.ManifestFacts(Digest.sha256(new byte[0]), "application/json", 1));
  private static final Answer NEWER = new Found(
      new Content.ManifestFacts(Digest.sha256(new byte[]{1}), "application/json", 1));
  private static final Answer MISSING = new Missing(new SpecError(404, "MANIFEST_UNKNOWN", "not here"));
  private static final Answer DOWN = new Unavailable(new SpecError(504, "UNAVAILABLE", "the cache sleeps"));
  private static final Answer LIMITED = new Unavailable(
      new SpecError(429, "TOOMANYREQUESTS", "quay.io answered: slow down"));

  private final AtomicInteger upstreamAsked = new AtomicInteger();

  private Outcome decide(Answer cache, Answer upstream) {
    return decide(cache, upstream, "v1", new AtomicReference<>(Instant.EPOCH));
  }

  private Outcome decide(Answer cache, Answer upstream, String tag, AtomicReference<Instant> now) {
    Source asked = (_, _) -> {
      upstreamAsked.incrementAndGet();
      return upstream;
    };
    var revalidation = new Revalidation("^latest$", Duration.ofSeconds(60), asked, now::get);
    return decide(decision((_, _) -> cache, asked, revalidation), tag);
  }

  private static CacheFirst decision(Source cache, Source upstream, Revalidation revalidation) {
    var trust = new Trust(InstantSource.system());
    var bodies = new Bodies(cache, upstream, trust, new Counts(), List.of());
    return new CacheFirst(cache, upstream, upstream, revalidation, bodies, trust);
  }

  private static Outcome decide(CacheFirst decision, String tag) {
    return decision.decide(new ManifestRead(ImageReference.parse("quay.io/a/b:" + tag)),
        new Wanted(false, List.of(), Optional.empty()));
  }

  @Test
  void servesALatestThatMovedFromItsUpstream() {
    assertEquals(Origin.UPSTREAM,
        assertInstanceOf(Served.class, decide(FOUND, NEWER, "latest", new AtomicReference<>(Instant.EPOCH)))
            .origin());
  }

  @Test
  void servesALatestThatDidNotMoveOrCannotBeAskedAboutFromTheCache() {
    for (Answer upstream : List.of(FOUND, MISSING, LIMITED)) {
      var served = assertInstanceOf(Served.class,
          decide(FOUND, upstream, "latest", new AtomicReference<>(Instant.EPOCH)));
      assertEquals(Origin.CACHE, served.origin());
    }
    assertEquals(3, upstreamAsked.get(), "one HEAD each");
  }

  @Test
  void believesTheUpstreamsWordOnATagForAMinute() {
    var now = new AtomicReference<>(Instant.EPOCH);
    Source asked = (_, _) -> {
      upstreamAsked.incrementAndGet();
      return FOUND;
    };
    var decision = decision((_, _) -> FOUND, asked,
        new Revalidation("^latest$", Duration.ofSeconds(60), asked, now::get));
    decide(decision, "latest");
    now.set(Instant.EPOCH.plusSeconds(59));
    decide(decision, "latest");
    assertEquals(1, upstreamAsked.get());
    now.set(Instant.EPOCH.plusSeconds(60));
    decide(decision, "latest");
    assertEquals(2, upstreamAsked.get());
  }

  @Test
  void leavesTheUpstreamAloneWhenTheCacheHasIt() {
    assertEquals(Origin.CACHE, assertInstanceOf(Served.class, decide(FOUND, MISSING)).origin());
    assertEquals(0, upstreamAsked.get());
  }

  @Test
  void asksTheUpstreamWhenTheCacheHasNotOrFails() {
    for (Answer cache : List.of(MISSING, DOWN)) {
      assertEquals(Origin.UPSTREAM, assertInstanceOf(Served.class, decide(cache, FOUND)).origin());
    }
  }

  @Test
  void keepsTheUpstreamsErrorAndTellsBothCauses() {
    SpecError error = assertInstanceOf(Refused.class, decide(DOWN, LIMITED)).error();
    assertEquals(
        new SpecError(429, "TOOMANYREQUESTS", "quay.io answered: slow down; the cache sleeps"), error);
    assertEquals(404, assertInstanceOf(Refused.class, decide(MISSING, MISSING)).error().status());
  }
}
