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

  private Clockwork() {
  }

  /** Runs the chore now, and again and again with this pause between. */
  public static void every(Duration pause, String name, Runnable chore) {
    start(name, () -> {
      while (true) {
        done(name, chore);
        Thread.sleep(pause);
      }
    });
  }

  /** Runs the chore until it has not failed once. */
  public static void untilDone(Duration pause, String name, Runnable chore) {
    start(name, () -> {
      while (!done(name, chore)) {
        Thread.sleep(pause);
      }
    });
  }

  private interface Turns {
    void run() throws InterruptedException;
  }

  private static void start(String name, Turns turns) {
    Thread.ofVirtual().name(name).start(() -> {
      try {
        turns.run();
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
