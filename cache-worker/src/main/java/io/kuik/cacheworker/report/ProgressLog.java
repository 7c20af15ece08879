package io.kuik.cacheworker.report;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one line of progress at each interval, so that a slow copy can be told from a hanging one. */
public final class ProgressLog {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressLog.class);
  private static final double NANOS = 1e9;

  private ProgressLog() {
  }

  /** Goes on until the process ends or the thread is interrupted. */
  public static Thread start(Progress progress, Duration interval) {
    return Thread.ofVirtual().name("progress").start(() -> run(progress, interval));
  }

  private static void run(Progress progress, Duration interval) {
    long before = progress.movedBytes();
    long since = System.nanoTime();
    try {
      while (true) {
        Thread.sleep(interval);
        long now = System.nanoTime();
        Progress.Step step = progress.step(before, (now - since) / NANOS);
        LOG.info("copying done={} bytes={} rate={} eta={}", step.done(), step.bytes(), step.rate(),
            step.left());
        before = progress.movedBytes();
        since = now;
      }
    } catch (InterruptedException e) {
      LOG.debug("progress ended");
    }
  }
}
