package io.kuik.proxy.breaker;

import io.kuik.proxy.breaker.BreakerState.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/**
 * Leaves one endpoint alone after it failed, so that a registry that hangs costs one request its time and not
 * each. After a while exactly one request at a time finds out whether it is well again.
 */
public final class Breaker {
  /**
   * When to leave an endpoint alone.
   *
   * @param failures
   *          so many quick failures in a row open it
   * @param slow
   *          one failure that took so long opens it, unless others were answered meanwhile
   * @param open
   *          how long it is left alone
   */
  public record Policy(int failures, Duration slow, Duration open) {
  }

  /** What a request may do; it tells the breaker how it went. */
  public enum Pass {
    /** Ask. */
    ASK,
    /** Ask; the others wait for what comes of it. */
    PROBE,
    /** Don't ask. */
    LEAVE
  }

  private final String endpoint;
  private final Policy policy;
  private final InstantSource clock;
  private State state = State.CLOSED;
  private Instant since;
  private Instant until;
  private Instant answeredAt = Instant.MIN;
  private String lastError = "";
  private int failed;
  private boolean slow;

  Breaker(String endpoint, Policy policy, InstantSource clock) {
    this.endpoint = endpoint;
    this.policy = policy;
    this.clock = clock;
    this.since = clock.instant();
    this.until = since;
  }

  /** Whether a request that has somewhere else to go may ask. */
  public synchronized Pass pass() {
    if (state == State.CLOSED) {
      return Pass.ASK;
    }
    if (state == State.OPEN && !clock.instant().isBefore(until)) {
      state = State.HALF_OPEN;
      return Pass.PROBE;
    }
    return Pass.LEAVE;
  }

  /**
   * Whether a request that has nowhere else to go may ask. Asking an endpoint that fails at once costs
   * nothing, so only one that lets wait is left alone; and while it is being probed, the result is waited
   * for.
   */
  public Pass lastResort(Duration patience) throws InterruptedException {
    synchronized (this) {
      long end = System.nanoTime() + patience.toNanos();
      for (long left = patience.toNanos(); left > 0
          && state == State.HALF_OPEN; left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      Pass pass = pass();
      return pass == Pass.LEAVE && !slow ? Pass.ASK : pass;
    }
  }

  /** It answered, if only by a refusal. */
  public synchronized void answered() {
    if (state != State.CLOSED) {
      since = clock.instant();
    }
    state = State.CLOSED;
    answeredAt = clock.instant();
    failed = 0;
    slow = false;
    notifyAll();
  }

  /** It failed after this time. */
  public synchronized void failed(Pass pass, Duration after, String error) {
    lastError = error;
    failed++;
    // Who answered others meanwhile does not hang; a busy node takes its time for one connection or another.
    boolean alive = !answeredAt.isBefore(clock.instant().minus(after));
    slow |= !alive && after.compareTo(policy.slow) >= 0;
    boolean trips = state == State.CLOSED && (slow || failed >= policy.failures);
    if (trips) {
      since = clock.instant();
    }
    if (trips || pass == Pass.PROBE) {
      state = State.OPEN;
      until = clock.instant().plus(policy.open);
    }
    notifyAll();
  }

  /** What came of it says nothing about the endpoint. */
  public synchronized void undecided(Pass pass) {
    if (pass == Pass.PROBE && state == State.HALF_OPEN) {
      state = State.OPEN;
      notifyAll();
    }
  }

  /** There is a sign of life: the next request may find out. */
  public synchronized void hint() {
    until = clock.instant();
  }

  /** For metrics and for people. */
  public synchronized BreakerState state() {
    return new BreakerState(endpoint, state, since, lastError);
  }
}
