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

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  /**
   * Runs the chore now, and again and again with this pause between; sooner after a failure. Not once if this
   * was stopped before.
   */
  public void every(Duration pause, String name, Runnable chore) {
    Duration sooner = pause.compareTo(RETRY) < 0 ? pause : RETRY;
    Thread thread = Thread.ofVirtual().name(name).unstarted(() -> {
      try {
        Duration rest = Duration.ZERO;
        while (!stopped.await(rest.toNanos(), TimeUnit.NANOSECONDS)) {
          rest = done(name, chore) ? pause : sooner;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    threads.add(thread);
    thread.start();
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
