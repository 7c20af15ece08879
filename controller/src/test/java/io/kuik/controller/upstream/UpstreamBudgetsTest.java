package io.kuik.controller.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import io.kuik.model.CopyReport;
import io.kuik.model.ImageReference;
import io.kuik.model.PullBudget;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How long a registry is left alone. */
class UpstreamBudgetsTest {
  private static final ImageReference IMAGE = ImageReference.parse("nginx:1");
  private static final String HUB = "docker.io";

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private Optional<PullBudget> answer = Optional.empty();
  private int asked;
  private final UpstreamBudgets budgets = new UpstreamBudgets(0.5, i -> {
    asked++;
    return answer;
  }, () -> now);

  private void ended(CopyOutcome outcome, long retryAfter, long limit, long remaining) {
    budgets.learn(HUB, outcome, new CopyReport(outcome.reason(), IMAGE.canonical(), "", "", 0, 0, retryAfter,
        limit, remaining, ""));
  }

  private Optional<Duration> left() {
    return budgets.pause(IMAGE).map(p -> Duration.between(now, p.until()));
  }

  @Test
  void aRegistryThatNobodyHeardOfIsFree() {
    assertEquals(Optional.empty(), left());
    assertEquals(0, asked);
  }

  @Test
  void theRegistrysOwnWishCounts() {
    ended(CopyOutcome.RATE_LIMITED, 90, 0, 0);
    assertEquals(Optional.of(Duration.ofSeconds(90)), left());
    assertEquals(1, budgets.paused());
    now = now.plusSeconds(90);
    assertEquals(Optional.empty(), left());
    assertEquals(0, budgets.paused());
  }

  @Test
  void aWishIsBelievedWithinReason() {
    ended(CopyOutcome.RATE_LIMITED, 1, 0, 0);
    assertEquals(Optional.of(Duration.ofSeconds(5)), left());
    ended(CopyOutcome.RATE_LIMITED, 1_000_000, 0, 0);
    assertEquals(Optional.of(Duration.ofHours(6)), left());
  }

  @Test
  void withoutAWishThePauseDoublesUntilACopySucceeds() {
    ended(CopyOutcome.RATE_LIMITED, 0, 0, 0);
    assertEquals(Optional.of(Duration.ofMinutes(1)), left());
    now = now.plus(Duration.ofMinutes(1));
    ended(CopyOutcome.RATE_LIMITED, 0, 0, 0);
    assertEquals(Optional.of(Duration.ofMinutes(2)), left());
    now = now.plus(Duration.ofMinutes(2));
    ended(CopyOutcome.COPIED, 0, 0, 0);
    ended(CopyOutcome.RATE_LIMITED, 0, 0, 0);
    assertEquals(Optional.of(Duration.ofMinutes(1)), left());
  }

  @Test
  void theOtherCopiesOfTheSameStormChangeNothing() {
    ended(CopyOutcome.RATE_LIMITED, 0, 0, 0);
    ended(CopyOutcome.RATE_LIMITED, 0, 0, 0);
    ended(CopyOutcome.RATE_LIMITED, 0, 0, 0);
    assertEquals(Optional.of(Duration.ofMinutes(1)), left());
  }

  @Test
  void aCopyThatWasOnItsWayDoesNotEndThePause() {
    ended(CopyOutcome.RATE_LIMITED, 90, 0, 0);
    ended(CopyOutcome.COPIED, 0, 100, 90);
    assertEquals(Optional.of(Duration.ofSeconds(90)), left());
  }

  @Test
  void fewPullsLeftPauseAndAreAskedForBeforeTheNextCopy() {
    ended(CopyOutcome.COPIED, 0, 100, 49);
    assertEquals(Optional.of(Duration.ofMinutes(10)), left());
    assertEquals(0, asked);
    now = now.plus(Duration.ofMinutes(10));
    answer = Optional.of(new PullBudget(100, 30));
    assertEquals(Optional.of(Duration.ofMinutes(10)), left());
    assertEquals(Optional.of(Duration.ofMinutes(10)), left());
    assertEquals(1, asked);
    now = now.plus(Duration.ofMinutes(10));
    answer = Optional.of(new PullBudget(100, 51));
    assertEquals(Optional.empty(), left());
    assertEquals(2, asked);
  }

  @Test
  void aRegistryThatDoesNotAnswerAfterThePauseIsTriedByACopy() {
    ended(CopyOutcome.COPIED, 0, 100, 1);
    now = now.plus(Duration.ofMinutes(10));
    assertEquals(Optional.empty(), left());
    assertEquals(1, asked);
  }

  private static CopyReport lastPull() {
    return new CopyReport("Copied", IMAGE.canonical(), "", "", 0, 0, 0, 100, 1, "");
  }

  @Test
  void aRegistryThatHangsKeepsOneWaitingAndNobodyElse() throws InterruptedException {
    var asking = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    var slow = new UpstreamBudgets(0.5, i -> {
      asking.countDown();
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return Optional.empty();
    }, () -> now);
    slow.learn(HUB, CopyOutcome.COPIED, lastPull());
    now = now.plus(Duration.ofMinutes(10));
    Thread asks = Thread.ofVirtual().start(() -> slow.pause(IMAGE));
    asking.await();
    Thread others = Thread.ofVirtual().start(() -> {
      slow.pause(ImageReference.parse("quay.io/a/b:1"));
      slow.pause(IMAGE);
      slow.paused();
    });
    boolean free = others.join(Duration.ofSeconds(2));
    Optional<UpstreamBudgets.Pause> meanwhile = free ? slow.pause(IMAGE) : Optional.empty();
    end.countDown();
    asks.join();
    assertTrue(free, "all wait for a registry that hangs");
    assertTrue(meanwhile.isPresent(), "no copy begins before it has answered");
    assertEquals(Optional.empty(), slow.pause(IMAGE));
  }

  @Test
  void whatIsLearnedWhileARegistryIsAskedCounts() {
    var themselves = new AtomicReference<UpstreamBudgets>();
    var asked = new UpstreamBudgets(0.5, i -> {
      themselves.get().limited(HUB, Optional.of(Duration.ofSeconds(90)));
      return Optional.of(new PullBudget(100, 90));
    }, () -> now);
    themselves.set(asked);
    asked.learn(HUB, CopyOutcome.COPIED, lastPull());
    now = now.plus(Duration.ofMinutes(10));
    Optional<Instant> until = asked.pause(IMAGE).map(UpstreamBudgets.Pause::until);
    assertEquals(Optional.of(now.plusSeconds(90)), until);
  }

  @Test
  void otherRegistriesAreFree() {
    ended(CopyOutcome.RATE_LIMITED, 90, 0, 0);
    assertTrue(budgets.pause(ImageReference.parse("quay.io/a/b:1")).isEmpty());
  }

  @Test
  void aReserveOfNothingNeverPauses() {
    var generous = new UpstreamBudgets(0, i -> answer, () -> now);
    generous.learn(HUB, CopyOutcome.COPIED,
        new CopyReport("Copied", IMAGE.canonical(), "", "", 0, 0, 0, 100, 0, ""));
    assertTrue(generous.pause(IMAGE).isEmpty());
  }

  @Test
  void thousandsOfRegistryNamesDoNotPileUp() {
    for (int i = 0; i < 5000; i++) {
      budgets.learn("r" + i + ".example", CopyOutcome.RATE_LIMITED,
          new CopyReport("RateLimited", "", "", "", 0, 0, 90, 0, 0, ""));
    }
    assertEquals(1000, budgets.paused());
  }
}
