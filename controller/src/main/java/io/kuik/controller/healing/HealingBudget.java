package io.kuik.controller.healing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How many pods may be healed in a minute: a bucket of tokens for all, and one of half the size for each
 * namespace, so that a tenant whose pods fail by the thousand can't use up what the others need.
 */
final class HealingBudget {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final InstantSource clock;
  private final int perMinute;
  private final Bucket all;
  private final Map<String, Bucket> namespaces = new HashMap<>();

  HealingBudget(int perMinute, InstantSource clock) {
    this.clock = clock;
    this.perMinute = perMinute;
    this.all = new Bucket(perMinute, clock.instant());
  }

  /** Takes a token for a pod of the namespace; otherwise says how long there will be none. */
  synchronized Optional<Duration> take(String namespace) {
    Instant now = clock.instant();
    namespaces.values().removeIf(b -> b.full(now));
    Bucket own = namespaces.computeIfAbsent(namespace, n -> new Bucket(Math.max(1, perMinute / 2), now));
    Duration wait = all.wait(now).compareTo(own.wait(now)) > 0 ? all.wait(now) : own.wait(now);
    if (wait.isPositive()) {
      return Optional.of(wait);
    }
    all.tokens--;
    own.tokens--;
    return Optional.empty();
  }

  /** Gives a token back that was not needed. */
  synchronized void giveBack(String namespace) {
    all.tokens = Math.min(all.size, all.tokens + 1);
    Bucket own = namespaces.get(namespace);
    if (own != null) {
      own.tokens = Math.min(own.size, own.tokens + 1);
    }
  }

  /** Full at first, and full again after a minute. */
  private static final class Bucket {
    private final double size;
    private double tokens;
    private Instant filled;

    Bucket(int size, Instant now) {
      this.size = size;
      this.tokens = size;
      this.filled = now;
    }

    private void fill(Instant now) {
      double share = Duration.between(filled, now).toNanos() / (double) MINUTE.toNanos();
      tokens = Math.min(size, tokens + share * size);
      filled = now;
    }

    boolean full(Instant now) {
      fill(now);
      return tokens >= size;
    }

    Duration wait(Instant now) {
      fill(now);
      // Rounded up to a millisecond, so that whoever waits as long as told finds a token.
      return tokens >= 1
          ? Duration.ZERO
          : Duration.ofMillis((long) Math.ceil((1 - tokens) / size * MINUTE.toMillis()) + 1);
    }
  }
}
