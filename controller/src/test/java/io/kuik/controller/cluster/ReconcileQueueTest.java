package io.kuik.controller.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The queue of names to look at. */
@Timeout(20)
class ReconcileQueueTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final LinkedBlockingQueue<Duration> waits = new LinkedBlockingQueue<>();
  private ReconcileQueue queue = new ReconcileQueue(() -> now, waits::add);

  /** For thousands of names: they are brought back as fast as they are looked at. */
  private void atOnce() {
    queue = new ReconcileQueue(() -> now, waits::add,
        new ReconcileQueue.Timing(Duration.ofMillis(1), Duration.ofNanos(20_000)));
  }

  @Test
  void isNotStuckBecauseNothingWasToDoForLong() {
    now = now.plus(Duration.ofHours(1));
    queue.add("a");
    assertFalse(queue.stuck());
  }

  @Test
  void isStuckWhenNobodyTakesWhatWaits() {
    queue.add("a");
    now = now.plus(Duration.ofMinutes(6));
    queue.add("b");
    assertTrue(queue.stuck());
  }

  @Test
  void tellsHowLongANameHasWaited() throws Exception {
    queue.add("a");
    now = now.plusMillis(30);
    queue.add("a");
    now = now.plusMillis(12);
    queue.work(1, name -> Optional.empty());
    assertEquals(Duration.ofMillis(42), waits.poll(15, TimeUnit.SECONDS));
  }

  @Test
  void whatMayWaitIsLookedAtOnceHoweverOftenItWasAdded() throws Exception {
    var seen = new LinkedBlockingQueue<String>();
    for (int i = 0; i < 1000; i++) {
      queue.addSoon("many");
    }
    queue.add("one");
    queue.work(1, name -> {
      seen.add(name);
      return Optional.empty();
    });
    assertEquals("one", seen.poll(15, TimeUnit.SECONDS));
    assertEquals("many", seen.poll(15, TimeUnit.SECONDS));
    queue.add("last");
    assertEquals("last", seen.poll(15, TimeUnit.SECONDS));
  }

  @Test
  void whatIsUrgentDoesNotWaitForAllThatMayWait() throws Exception {
    atOnce();
    var order = Collections.synchronizedList(new ArrayList<String>());
    var turns = new Semaphore(30);
    var thirty = new CountDownLatch(30);
    var urgent = new CountDownLatch(1);
    for (int i = 0; i < 5_000; i++) {
      queue.addSoon("soon-" + i);
    }
    queue.work(1, name -> {
      turns.acquireUninterruptibly();
      order.add(name);
      thirty.countDown();
      if (name.equals("urgent")) {
        urgent.countDown();
      }
      return Optional.empty();
    });
    assertTrue(thirty.await(15, TimeUnit.SECONDS));
    queue.add("urgent");
    turns.release(10_000);
    assertTrue(urgent.await(15, TimeUnit.SECONDS));
    assertTrue(order.indexOf("urgent") < 60, () -> "its turn was the " + order.indexOf("urgent") + "th");
  }

  @Test
  void nothingIsForgottenHoweverMuchIsPutOffAtOnce() throws Exception {
    atOnce();
    int names = 20_000;
    var soon = new CountDownLatch(names);
    var again = new CountDownLatch(names);
    var seen = ConcurrentHashMap.<String>newKeySet();
    for (int i = 0; i < names; i++) {
      queue.addSoon("name-" + i);
    }
    queue.work(4, name -> {
      boolean first = seen.add(name);
      (first ? soon : again).countDown();
      return first ? Optional.of(Duration.ofMillis(1)) : Optional.empty();
    });
    assertTrue(soon.await(15, TimeUnit.SECONDS), () -> soon.getCount() + " were never looked at");
    assertTrue(again.await(15, TimeUnit.SECONDS), () -> again.getCount() + " were not looked at again");
  }

  @Test
  void whatFailsIsLookedAtAgain() throws Exception {
    var seen = new LinkedBlockingQueue<String>();
    var turns = new AtomicInteger();
    queue.add("a");
    queue.work(2, name -> {
      seen.add(name);
      if (turns.incrementAndGet() == 1) {
        throw new IllegalStateException("once");
      }
      return Optional.empty();
    });
    assertEquals("a", seen.poll(15, TimeUnit.SECONDS));
    assertEquals("a", seen.poll(15, TimeUnit.SECONDS));
  }

  @Test
  void whatAsksForItIsLookedAtAgainAtOnce() throws Exception {
    var seen = new LinkedBlockingQueue<Integer>();
    var turns = new AtomicInteger();
    queue.add("a");
    queue.work(1, name -> {
      seen.add(turns.incrementAndGet());
      return turns.get() < 3 ? Optional.of(Duration.ZERO) : Optional.empty();
    });
    for (int i = 0; i < 3; i++) {
      assertTrue(Optional.ofNullable(seen.poll(15, TimeUnit.SECONDS)).isPresent());
    }
  }

  @Test
  void whoStopsFinishesWhatItIsAtAndTakesNothingMore() throws Exception {
    var begun = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    var seen = new LinkedBlockingQueue<String>();
    queue.add("a");
    queue.work(1, name -> {
      begun.countDown();
      await(mayEnd);
      seen.add(name);
      return Optional.of(Duration.ZERO);
    });
    begun.await();
    queue.add("b");
    var stopped = new CountDownLatch(1);
    Thread.ofVirtual().start(() -> {
      try {
        queue.stop(Duration.ofSeconds(15));
        stopped.countDown();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    assertFalse(stopped.await(200, TimeUnit.MILLISECONDS), "it did not wait");
    mayEnd.countDown();
    stopped.await();
    assertEquals(List.of("a"), List.copyOf(seen));
  }

  @Test
  void aReconcileThatHangsDoesNotKeepItFromStopping() throws Exception {
    var begun = new CountDownLatch(1);
    var never = new CountDownLatch(1);
    queue.add("a");
    queue.work(1, name -> {
      begun.countDown();
      await(never);
      return Optional.empty();
    });
    begun.await();
    long start = System.nanoTime();
    queue.stop(Duration.ofMillis(100));
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(10).toNanos());
    never.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
