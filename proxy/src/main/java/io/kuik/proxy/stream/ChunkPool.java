package io.kuik.proxy.stream;

import java.util.concurrent.Semaphore;

/** The memory of all shared downloads together, in chunks. */
final class ChunkPool {
  private final Semaphore free;
  private final int total;

  ChunkPool(int chunks) {
    this.total = chunks;
    this.free = new Semaphore(chunks);
  }

  boolean take() {
    return free.tryAcquire();
  }

  void give(int chunks) {
    free.release(chunks);
  }

  int taken() {
    return total - free.availablePermits();
  }
}
