package io.kuik.controller.ops;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chores at intervals, each on a thread of its own; a chore that fails is logged and gets its next turn all
 * the same.
 */
public final class Clockwork {
  private static final Logger LOG = LoggerFactory.getLogger(Clockwork.class);

  private static final Duration RETRY = Duration.ofSeconds(2);

  private Clockwork() {
  }

  /** Runs the chore now, and again and again with this pause between; sooner after a failure. */
  public static void every(Duration pause, String name, Runnable chore) {
    Duration sooner = pause.compareTo(RETRY) < 0 ? pause : RETRY;
    Thread.ofVirtual().name(name).start(() -> {
      try {
        while (true) {
          Thread.sleep(done(name, chore) ? pause : sooner);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
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
