package io.kuik.cacheworker.report;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of a copy are done; counted by many threads, read by the one that logs. */
public final class Progress {
  private final AtomicLong total = new AtomicLong();
  private final AtomicLong moved = new AtomicLong();
  private final AtomicLong there = new AtomicLong();

  /** What there is to do, once that is known. */
  public void expect(long bytes) {
    total.set(bytes);
  }

  /** Bytes went from the source to the cache; negative when they must go again. */
  public void moved(long bytes) {
    moved.addAndGet(bytes);
  }

  /** Bytes were in the cache already. */
  public void there(long bytes) {
    there.addAndGet(bytes);
  }

  /** Bytes moved so far. */
  public long movedBytes() {
    return moved.get();
  }

  /** Bytes found in the cache so far. */
  public long thereBytes() {
    return there.get();
  }

  /** What there is to do in all. */
  public long totalBytes() {
    return total.get();
  }

  /** One line for the log, with the rate since the line before. */
  String line(long movedBefore, double seconds) {
    long done = moved.get() + there.get();
    long percent = total.get() == 0 ? 0 : Math.min(100, done * 100 / total.get());
    double rate = seconds <= 0 ? 0 : Math.max(0, moved.get() - movedBefore) / seconds / 1e6;
    return String.format(Locale.ROOT, "done=%d%% bytes=%s/%s rate=%.1fMB/s", percent, ByteSize.text(done),
        ByteSize.text(total.get()), rate);
  }
}
