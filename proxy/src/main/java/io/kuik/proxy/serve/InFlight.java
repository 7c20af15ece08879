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
  private final int processors;
  private final Semaphore free;
  private volatile boolean stopping;

  /** At most so many at a time. */
  public InFlight(int most) {
    this(most, Runtime.getRuntime().availableProcessors());
  }

  InFlight(int most, int processors) {
    this.most = most;
    this.processors = processors;
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
   * That of a pull that starts now. The JDK's server keeps twice as many bytes as a piece has for its
   * connection. As many pulls as there are processors keep them all busy without reading ahead.
   */
  Pace pace() {
    return new Pace(count() > FEW ? SMALL_PIECE : Body.PIECE, count() < processors);
  }

  /** Lets none start any more, and says whether all have ended in time. */
  public boolean drain(Duration limit) throws InterruptedException {
    stopping = true;
    return free.tryAcquire(most, limit.toMillis(), TimeUnit.MILLISECONDS);
  }
}
