package io.kuik.controller.image;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How many copies may run at once; who came first is next, but those that have a copy already come after all
 * those that have none.
 */
public final class CopySlots {
  private final int limit;
  private final Set<String> held = new HashSet<>();
  private final LinkedHashSet<String> waiting = new LinkedHashSet<>();
  private final LinkedHashSet<String> patient = new LinkedHashSet<>();

  /** At most this many. */
  public CopySlots(int limit) {
    this.limit = limit;
  }

  /** Takes a slot for an image, or puts the image in the line. */
  public boolean acquire(String image) {
    return acquire(image, true);
  }

  /** The same; with {@code first} false for an image that has a copy already. */
  public synchronized boolean acquire(String image, boolean first) {
    LinkedHashSet<String> line = first ? waiting : patient;
    boolean mine = line.isEmpty() || line.getFirst().equals(image);
    boolean next = held.contains(image)
        || (held.size() < limit && mine && (first || waiting.isEmpty()));
    if (next) {
      forget(image);
      held.add(image);
    } else {
      (first ? patient : waiting).remove(image);
      line.add(image);
    }
    return next;
  }

  private Optional<String> head() {
    return waiting.stream().findFirst().or(() -> patient.stream().findFirst());
  }

  private void forget(String image) {
    waiting.remove(image);
    patient.remove(image);
  }

  /** Counts a copy that runs already, whatever the limit: it was started before us. */
  public synchronized void hold(String image) {
    forget(image);
    held.add(image);
  }

  /** Gives an image's slot or place in the line back; returns who is next, if there is room. */
  public synchronized Optional<String> release(String image) {
    held.remove(image);
    forget(image);
    return next();
  }

  /** Who is next in the line, if there is room. */
  public synchronized Optional<String> next() {
    return held.size() < limit ? head() : Optional.empty();
  }

  /** Whether an image that has no copy yet waits for its turn. */
  public synchronized boolean firstCopiesWait() {
    return !waiting.isEmpty();
  }

  /** The limit. */
  public int limit() {
    return limit;
  }
}
