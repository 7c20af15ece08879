package io.kuik.proxy.serve;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The pulls that are running: at most so many, and countable down to none when the proxy is to stop. */
public final class InFlight {
  private final int most;
  private final Semaphore free;
  private volatile boolean stopping;

  /** At most so many at a time. */
  public InFlight(int most) {
    this.most = most;
    this.free = new Semaphore(most);
  }

  /** Whether one more may start; it leaves when it is done. */
  boolean enter() {
    return !stopping && free.tryAcquire();
  }

  void leave() {
    free.release();
  }

  /** How many are running. */
  public int count() {
    return most - free.availablePermits();
  }

  /** Lets none start any more, and says whether all have ended in time. */
  public boolean drain(Duration limit) throws InterruptedException {
    stopping = true;
    return free.tryAcquire(most, limit.toMillis(), TimeUnit.MILLISECONDS);
  }
}
