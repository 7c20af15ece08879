package io.kuik.model;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Answers that are believed for a while; the least used go when there are too many.
 *
 * @param <K>
 *          what was asked
 * @param <V>
 *          the answer
 */
public final class ShortMemory<K, V> {
  private final InstantSource clock;
  private final Map<K, Kept<V>> kept;

  private record Kept<V>(V value, Instant until) {
  }

  /** Keeps at most {@code limit} answers. */
  public ShortMemory(int limit, InstantSource clock) {
    this.clock = clock;
    this.kept = new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, Kept<V>> eldest) {
        return size() > limit;
      }
    };
  }

  /** The answer, if there is one that may still be believed. */
  public synchronized Optional<V> find(K key) {
    return Optional.ofNullable(kept.get(key)).filter(k -> clock.instant().isBefore(k.until)).map(Kept::value);
  }

  /** Believes an answer from now on, for this long. */
  public synchronized void keep(K key, V value, Duration howLong) {
    kept.put(key, new Kept<>(value, clock.instant().plus(howLong)));
  }

  /** Asks anew the next time. */
  public synchronized void forget(K key) {
    kept.remove(key);
  }
}
