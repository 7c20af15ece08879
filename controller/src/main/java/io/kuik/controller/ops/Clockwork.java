package io.kuik.controller.ops;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chores at intervals, each on a thread of its own; a chore that fails is logged and gets its next turn all
 * the same.
 */
public final class Clockwork {
  private static final Logger LOG = LoggerFactory.getLogger(Clockwork.class);

  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofMinutes(1);
  /** The same for chores that come often, because somebody waits for them. */
  private static final Duration LONGEST_OFTEN = Duration.ofSeconds(5);
  private static final int DOUBLINGS = 20;

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  /**
   * Runs the chore now, and again and again with this pause between; sooner after a failure, and later with
   * each more in a row. Not once if this was stopped before.
   */
  public void every(Duration pause, String name, Runnable chore) {
    Thread thread = Thread.ofVirtual().name(name).unstarted(() -> {
      try {
        int failures = 0;
        Duration rest = Duration.ZERO;
        while (!stopped.await(rest.toNanos(), TimeUnit.NANOSECONDS)) {
          failures = done(name, chore) ? 0 : failures + 1;
          rest = rest(pause, failures);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    threads.add(thread);
    thread.start();
  }

  /**
   * How long a chore with this pause rests after so many failures in a row: whoever refuses it is not asked
   * all the time, and one failure costs next to nothing.
   */
  static Duration rest(Duration pause, int failures) {
    if (failures == 0) {
      return pause;
    }
    Duration doubled = shorter(pause, RETRY).multipliedBy(1L << Math.min(failures - 1, DOUBLINGS));
    Duration own = shorter(pause, LONGEST);
    return shorter(doubled, own.compareTo(LONGEST_OFTEN) < 0 ? LONGEST_OFTEN : own);
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** Begins no turn any more; returns when the last one is over, or after so long. */
  public void stop(Duration limit) throws InterruptedException {
    stopped.countDown();
    long end = System.nanoTime() + limit.toNanos();
    for (Thread thread : threads) {
      if (!thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
        LOG.warn("chore is still at work: name=\"{}\" seconds={}", thread.getName(), limit.toSeconds());
      }
    }
  }

  private static boolean done(String name, Runnable chore) {
    try {
      chore.run();
      return true;
    } catch (RuntimeException e) {
      LOG.warn("chore failed, tried again later: name=\"{}\" error={}", name, e.getMessage());
      LOG.debug("chore failed", e);
      return false;
    }
  }
}
