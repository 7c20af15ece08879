package io.kuik.controller.cache;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which images are to be looked for in the cache registry, and when: after a start, a garbage collection or a
 * while, all of them, but only so many a second.
 *
 * <p>
 * What was seen is not kept anywhere else: a new leader looks for everything once more.
 */
public final class CacheCheck {
  /** What was not asked for in this time may be made up at once. */
  private static final Duration BURST = Duration.ofSeconds(1);

  private final Duration between;
  private final InstantSource clock;
  private final Map<String, Instant> seen = new HashMap<>();
  private final Map<String, Instant> appointments = new HashMap<>();
  private Instant since;
  private Instant free;

  /** Gives this many appointments a second. */
  public CacheCheck(int perSecond, InstantSource clock) {
    this.between = Duration.ofSeconds(1).dividedBy(perSecond);
    this.clock = clock;
    this.since = clock.instant();
    this.free = since.minus(BURST);
  }

  /** Believes nothing any more that was seen until now. */
  public synchronized void doubt() {
    since = clock.instant();
  }

  /**
   * How long to wait until an image is looked for, nothing if that is now; empty if it was seen.
   *
   * @param doubtful
   *          whether it is to be looked for although it was seen
   */
  public synchronized Optional<Duration> due(String image, boolean doubtful) {
    Instant last = seen.get(image);
    if (!doubtful && last != null && !last.isBefore(since)) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    Instant appointment = appointments.computeIfAbsent(image, i -> {
      Instant idle = now.minus(BURST);
      Instant mine = free.isBefore(idle) ? idle : free;
      free = mine.plus(between);
      return mine;
    });
    if (now.isBefore(appointment)) {
      return Optional.of(Duration.between(now, appointment));
    }
    appointments.remove(image);
    return Optional.of(Duration.ZERO);
  }

  /** It is there. */
  public synchronized void seen(String image) {
    seen.put(image, clock.instant());
  }

  /** Nobody will ask for it any more. */
  public synchronized void forget(String image) {
    seen.remove(image);
    appointments.remove(image);
  }
}
