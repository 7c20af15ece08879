package io.kuik.e2e.bed;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for the cluster to get where it must. */
public final class Eventually {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private Eventually() {
  }

  /** Waits until it holds; fails with the words, and with what the cluster looks like instead. */
  public static void holds(String words, Duration patience, BooleanSupplier condition,
      Supplier<String> instead) {
    present(words, patience, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty(), instead);
  }

  /** Waits until there is a value. */
  public static <T> T present(String words, Duration patience, Supplier<Optional<T>> supplier,
      Supplier<String> instead) {
    long end = System.nanoTime() + patience.toNanos();
    Optional<T> found = supplier.get();
    while (found.isEmpty() && System.nanoTime() < end) {
      pause();
      found = supplier.get();
    }
    return found
        .orElseThrow(() -> new AssertionError(words + ": not within " + patience + "\n" + instead.get()));
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
