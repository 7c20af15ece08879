package io.kuik.controller.admission;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How much may be under review at the same time, so that the heap is enough whoever sends reviews.
 *
 * <p>
 * The leader's live heap is 45 MiB of 104 with 20,000 pods (docs/measurements.md). A value takes up to 192
 * bytes as a member of an object (node 64, key 48, value 80), and 80 more in the copy that the patch is made
 * with: 26 MiB for all that may be under review. The largest body takes 7 MiB as it is read, and 7 to 14 as
 * text.
 *
 * @param limit
 *          how long after it came a review may still wait for room: one deadline for both, as its asker has
 *          one
 */
record ReviewRoom(Semaphore large, Semaphore values, Duration limit) {
  /**
   * A variable of a container makes 10 by the count of {@link JsonSize}: 3 of its own, and 7 in the
   * managedFields. An update carries the pod twice. So this is a pod with 5,000 variables; Kubernetes' own
   * limit, 1.5 MiB in etcd, is at some 15,000: pods between the two would be admitted as they are.
   */
  static final int VALUES = 100_000;

  /** Reviews of usual pods have 4 to 40 KiB. */
  private static final long LARGE = 256 << 10;

  /** Something that needs room. */
  interface Action {
    /** Does it. */
    void run() throws IOException;
  }

  ReviewRoom(Duration limit) {
    this(new Semaphore(1, true), new Semaphore(VALUES, true), limit);
  }

  /**
   * Reads a body; of large ones only one at a time.
   *
   * @param length
   *          of the body, negative if it isn't known
   * @param since
   *          when the review came, by {@link System#nanoTime}
   * @return whether there was room
   */
  boolean body(long length, long since, Action action) throws IOException {
    if (length >= 0 && length <= LARGE) {
      action.run();
      return true;
    }
    return with(large, 1, since, action);
  }

  /** Handles a text of so many values; says whether there was room. */
  boolean text(int count, long since, Action action) throws IOException {
    return with(values, count, since, action);
  }

  private boolean with(Semaphore room, int permits, long since, Action action) throws IOException {
    try {
      long left = limit.toNanos() - (System.nanoTime() - since);
      if (!room.tryAcquire(permits, left, TimeUnit.NANOSECONDS)) {
        return false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    try {
      action.run();
    } finally {
      room.release(permits);
    }
    return true;
  }
}
