package io.kuik.proxy.source;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Room for manifests that are in memory at the same time, whoever asks for how many of whatever size. */
public final class ManifestMemory {
  private static final int UNIT = 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Semaphore units;
  private final int total;

  /** Room for so many bytes. */
  public ManifestMemory(int bytes) {
    this.total = bytes / UNIT;
    this.units = new Semaphore(total, true);
  }

  /** Waits a moment for room; less than the one who waits gives a registry, which is not to blame. */
  Optional<Lease> lease(long bytes) throws InterruptedException {
    int taken = Math.clamp(bytes / UNIT + 1, 1, total);
    return units.tryAcquire(taken, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        ? Optional.of(new Lease(units, taken))
        : Optional.empty();
  }

  /** Room taken, given back when all who share it have closed it, each once. */
  public static final class Lease implements AutoCloseable {
    /** For what takes no room worth counting. */
    public static final Lease NONE = new Lease(new Semaphore(0), 0);

    private final Semaphore units;
    private final int taken;
    private final AtomicInteger holders = new AtomicInteger(1);

    private Lease(Semaphore units, int taken) {
      this.units = units;
      this.taken = taken;
    }

    /** So many more will close it. */
    public void share(int more) {
      holders.addAndGet(more);
    }

    @Override
    public void close() {
      if (holders.decrementAndGet() == 0) {
        units.release(taken);
      }
    }
  }
}
