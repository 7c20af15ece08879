package io.kuik.controller.cluster;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Names that are due later; of several times for one name the earliest counts. Not client-java's own queue,
 * which silently forgets what comes while a thousand others are on their way into it.
 */
final class PutOff {
  private static final long NANOS = 1_000_000;

  private final TreeSet<Entry> inOrder = new TreeSet<>(
      Comparator.comparingLong(Entry::due).thenComparing(Entry::name));
  private final Map<String, Entry> byName = new HashMap<>();
  private final long start = System.nanoTime();

  /** The time is in nanoseconds since the start, so that it never wraps. */
  private record Entry(long due, String name) {
  }

  /** Has a name come after this time. */
  synchronized void add(String name, Duration delay) {
    var entry = new Entry(now() + delay.toNanos(), name);
    Entry before = byName.get(name);
    if (before != null && before.due <= entry.due) {
      return;
    }
    if (before != null) {
      inOrder.remove(before);
    }
    byName.put(name, entry);
    inOrder.add(entry);
    if (inOrder.getFirst().equals(entry)) {
      notifyAll();
    }
  }

  private long now() {
    return System.nanoTime() - start;
  }

  /** Waits for the next name that is due. */
  synchronized String take() throws InterruptedException {
    while (inOrder.isEmpty() || inOrder.getFirst().due > now()) {
      // Rounded up: a wait of no time at all would be one without end.
      wait(inOrder.isEmpty() ? 0 : Math.max(0, inOrder.getFirst().due - now()) / NANOS + 1);
    }
    Entry first = inOrder.removeFirst();
    byName.remove(first.name);
    return first.name;
  }
}
