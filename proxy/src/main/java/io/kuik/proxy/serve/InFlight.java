package io.kuik.proxy.serve;

import io.kuik.proxy.source.Body;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The pulls that are running: at most so many, and countable down to none when the proxy is to stop. */
public final class InFlight {
  /** So many have large buffers; a whole heap of them would be too much. */
  private static final int FEW = 64;
  private static final int SMALL_PIECE = 16 << 10;

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

  /**
   * Bytes that a pull that starts now moves at once. The JDK's server keeps twice as many for its connection.
   */
  int piece() {
    return count() > FEW ? SMALL_PIECE : Body.PIECE;
  }

  /** Lets none start any more, and says whether all have ended in time. */
  public boolean drain(Duration limit) throws InterruptedException {
    stopping = true;
    return free.tryAcquire(most, limit.toMillis(), TimeUnit.MILLISECONDS);
  }
}
