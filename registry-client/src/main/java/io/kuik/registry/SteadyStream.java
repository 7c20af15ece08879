package io.kuik.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A body that fails when it only drips: the limit for a single read is never reached where a byte comes every
 * few seconds. Counted is the time that was spent waiting for bytes, not that of whoever passes them on.
 */
public final class SteadyStream extends FilterInputStream {
  private static final Duration WINDOW = Duration.ofSeconds(30);
  private static final long BYTES = 64 << 10;

  private final LongSupplier nanos;
  private long waited;
  private long got;

  /** Fails where 30 s of waiting bring less than 64 KiB. */
  public SteadyStream(InputStream in) {
    this(in, System::nanoTime);
  }

  SteadyStream(InputStream in, LongSupplier nanos) {
    super(in);
    this.nanos = nanos;
  }

  @Override
  public int read() throws IOException {
    long start = nanos.getAsLong();
    int b = in.read();
    count(start, b < 0 ? 0 : 1, b < 0);
    return b;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    long start = nanos.getAsLong();
    int n = in.read(buffer, offset, length);
    count(start, Math.max(0, n), n < 0);
    return n;
  }

  @Override
  public long skip(long n) throws IOException {
    long start = nanos.getAsLong();
    // No more than a buffer at once, so that a drip is noticed within it.
    long skipped = in.skip(Math.min(n, 1 << 10));
    count(start, skipped, false);
    return skipped;
  }

  private void count(long start, long bytes, boolean end) throws IOException {
    waited += nanos.getAsLong() - start;
    got += bytes;
    if (end || waited < WINDOW.toNanos()) {
      return;
    }
    if (got < BYTES) {
      throw new IOException("no more than " + got + " bytes came in " + waited / 1_000_000_000 + " s");
    }
    waited = 0;
    got = 0;
  }
}
