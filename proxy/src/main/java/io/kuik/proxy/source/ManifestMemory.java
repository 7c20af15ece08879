package io.kuik.proxy.source;

import java.util.concurrent.Semaphore;

/** Room for manifests that are in memory at the same time, whoever asks for how many of whatever size. */
public final class ManifestMemory {
  private static final int UNIT = 1024;

  private final Semaphore units;
  private final int total;

  /** Room for so many bytes. */
  public ManifestMemory(int bytes) {
    this.total = bytes / UNIT;
    this.units = new Semaphore(total, true);
  }

  /** Waits for room; the one who waits has a deadline and is interrupted by it. */
  Lease lease(long bytes) throws InterruptedException {
    int taken = Math.clamp(bytes / UNIT + 1, 1, total);
    units.acquire(taken);
    return new Lease(units, taken);
  }

  /** Room taken, given back by closing it once. */
  public static final class Lease implements AutoCloseable {
    /** For what takes no room worth counting. */
    public static final Lease NONE = new Lease(new Semaphore(0), 0);

    private final Semaphore units;
    private int taken;

    private Lease(Semaphore units, int taken) {
      this.units = units;
      this.taken = taken;
    }

    @Override
    public synchronized void close() {
      units.release(taken);
      taken = 0;
    }
  }
}
