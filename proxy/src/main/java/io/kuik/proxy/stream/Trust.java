package io.kuik.proxy.stream;

import io.kuik.model.Digest;
import io.kuik.model.ShortMemory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which blobs of the cache are hashed before they are believed, and whose bytes were wrong. Hashing halves
 * the throughput, so what was right once is believed until there is a reason not to.
 */
public final class Trust {
  private static final int REMEMBERED = 2000;
  private static final Duration PROVEN = Duration.ofDays(1);
  /** A client that asks again so soon may not have liked what it got. */
  private static final Duration AGAIN = Duration.ofSeconds(60);
  private static final Duration WRONG = Duration.ofMinutes(10);
  private static final String CACHE = "";

  private record Copy(String registry, Digest digest) {
  }

  private final ShortMemory<Digest, Integer> proven;
  private final ShortMemory<Digest, Boolean> asked;
  private final ShortMemory<Copy, Boolean> wrong;
  private final AtomicInteger incarnation = new AtomicInteger();

  /** Believes nothing yet. */
  public Trust(InstantSource clock) {
    proven = new ShortMemory<>(REMEMBERED, clock);
    asked = new ShortMemory<>(REMEMBERED, clock);
    wrong = new ShortMemory<>(REMEMBERED, clock);
  }

  /** Whether the cache's blob is to be hashed this time. */
  boolean suspects(Digest digest) {
    boolean again = asked.find(digest).isPresent();
    asked.keep(digest, true, AGAIN);
    return again || proven.find(digest).filter(i -> i == incarnation.get()).isEmpty();
  }

  /** Which registry the cache is now; to be told to {@link #proven}. */
  public int incarnation() {
    return incarnation.get();
  }

  void proven(Digest digest, int seenBy) {
    proven.keep(digest, seenBy, PROVEN);
  }

  void cacheWrong(Digest digest) {
    proven.forget(digest);
    wrong.keep(new Copy(CACHE, digest), true, WRONG);
  }

  void upstreamWrong(String registry, Digest digest) {
    wrong.keep(new Copy(registry, digest), true, WRONG);
  }

  /** Whether this blob is better had from its upstream: the cache's bytes were wrong, and not its too. */
  public boolean prefersUpstream(String registry, Digest digest) {
    return wrong.find(new Copy(CACHE, digest)).isPresent()
        && wrong.find(new Copy(registry, digest)).isEmpty();
  }

  /** The cache is another registry now, or the same with another disk: nothing is believed. */
  public void registryChanged() {
    incarnation.incrementAndGet();
  }
}
