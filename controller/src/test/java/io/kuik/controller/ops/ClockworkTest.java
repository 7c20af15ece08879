package io.kuik.controller.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chores of a replica that may stop leading. */
class ClockworkTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration OFTEN = Duration.ofMillis(1);

  private final Clockwork chores = new Clockwork();
  private final AtomicInteger turns = new AtomicInteger();

  private void awaitTurns(Semaphore turn, int turnsWanted) throws InterruptedException {
    assertTrue(turn.tryAcquire(turnsWanted, SOON.toSeconds(), TimeUnit.SECONDS), "no turn");
  }

  @Test
  void haveTheirTurnsAlsoAfterAFailure() throws InterruptedException {
    var turn = new Semaphore(0);
    chores.every(OFTEN, "fails", () -> {
      turn.release();
      throw new IllegalStateException("no luck");
    });
    awaitTurns(turn, 3);
    chores.stop(SOON);
  }

  @Test
  void comeLaterAndLaterWhileTheyFail() throws InterruptedException {
    var turn = new Semaphore(0);
    long begin = System.nanoTime();
    chores.every(OFTEN, "fails", () -> {
      turn.release();
      throw new IllegalStateException("no luck");
    });
    awaitTurns(turn, 6);
    assertTrue(System.nanoTime() - begin >= Duration.ofMillis(1 + 2 + 4 + 8 + 16).toNanos(),
        "six turns at once");
    chores.stop(SOON);
  }

  @ParameterizedTest
  @CsvSource({"PT0.25S,0,PT0.25S", "PT0.25S,1,PT0.25S", "PT0.25S,3,PT1S", "PT0.25S,6,PT5S",
      "PT0.25S,2000000000,PT5S", "PT1S,2,PT2S", "PT1S,4,PT5S", "PT10S,1,PT2S", "PT10S,9,PT10S",
      "PT1H,0,PT1H", "PT1H,1,PT2S", "PT1H,5,PT32S", "PT1H,6,PT1M", "PT1H,2000000000,PT1M"})
  void restLongerAfterEachFailureInARow(Duration pause, int failures, Duration rest) {
    assertEquals(rest, Clockwork.rest(pause, failures));
  }

  @Test
  void haveNoTurnAfterTheyWereStopped() throws InterruptedException {
    var turn = new Semaphore(0);
    chores.every(OFTEN, "counts", () -> {
      turns.incrementAndGet();
      turn.release();
    });
    awaitTurns(turn, 1);
    chores.stop(SOON);
    int atTheEnd = turns.get();
    chores.every(OFTEN, "comes too late", turns::incrementAndGet);
    // Waits for the late one's thread, too.
    chores.stop(SOON);
    assertEquals(atTheEnd, turns.get());
  }

  @Test
  void endTheTurnThatTheyAreIn() throws InterruptedException {
    var began = new CountDownLatch(1);
    var over = new AtomicBoolean();
    chores.every(SOON, "takes a while", () -> {
      began.countDown();
      try {
        Thread.sleep(100);
        over.set(true);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    began.await();
    chores.stop(SOON);
    assertTrue(over.get(), "the turn was cut short, or not waited for");
  }

  @Test
  void areNotWaitedForTooLong() throws InterruptedException {
    var began = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    chores.every(SOON, "hangs", () -> {
      began.countDown();
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    began.await();
    chores.stop(Duration.ofMillis(10));
    end.countDown();
  }
}
