package io.kuik.proxy.ops;

import io.kuik.registry.Redaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The last requests that did not go as they should; the oldest go when there are too many. */
public final class LastErrors implements Consumer<PullReport> {
  private static final int KEPT = 30;
  /** Nothing is wrong with a cache that has no copy, or an older one. */
  private static final Set<String> USUAL = Set.of("none", "not_cached", "moved");
  private static final int ERRORS = 400;

  private final InstantSource clock;
  private final Deque<Entry> entries = new ArrayDeque<>();

  /** One of them. */
  public record Entry(Instant at, String line) {
  }

  /** Empty. */
  public LastErrors(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void accept(PullReport pull) {
    boolean failed = pull.status() >= ERRORS || !pull.cut().isEmpty();
    if (!failed && USUAL.contains(pull.miss())) {
      return;
    }
    var entry = new Entry(clock.instant(), Redaction.of(AccessLog.line(pull)));
    synchronized (this) {
      entries.addFirst(entry);
      if (entries.size() > KEPT) {
        entries.removeLast();
      }
    }
  }

  /** The newest first. */
  public synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }
}
