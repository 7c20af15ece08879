package io.kuik.controller.image;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** How many copies may run at once; who came first is next. */
public final class CopySlots {
  private final int limit;
  private final Set<String> held = new HashSet<>();
  private final LinkedHashSet<String> waiting = new LinkedHashSet<>();

  /** At most this many. */
  public CopySlots(int limit) {
    this.limit = limit;
  }

  /** Takes a slot for an image, or puts the image in the line. */
  public synchronized boolean acquire(String image) {
    boolean next = held.contains(image)
        || (held.size() < limit && (waiting.isEmpty() || waiting.getFirst().equals(image)));
    if (next) {
      waiting.remove(image);
      held.add(image);
    } else {
      waiting.add(image);
    }
    return next;
  }

  /** Counts a copy that runs already, whatever the limit: it was started before us. */
  public synchronized void hold(String image) {
    waiting.remove(image);
    held.add(image);
  }

  /** Gives an image's slot or place in the line back; returns who is next, if there is room. */
  public synchronized Optional<String> release(String image) {
    held.remove(image);
    waiting.remove(image);
    return next();
  }

  /** Who is next in the line, if there is room. */
  public synchronized Optional<String> next() {
    return held.size() < limit && !waiting.isEmpty() ? Optional.of(waiting.getFirst()) : Optional.empty();
  }

  /** The limit. */
  public int limit() {
    return limit;
  }
}
