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

  /** What the log says of it, with the rate since the line before. */
  Step step(long movedBefore, double seconds) {
    long done = moved.get() + there.get();
    long all = total.get();
    long percent = all == 0 ? 0 : Math.min(100, done * 100 / all);
    double rate = seconds <= 0 ? 0 : Math.max(0, moved.get() - movedBefore) / seconds;
    String left = rate < 1 ? "unknown" : duration(Math.round(Math.max(0, all - done) / rate));
    return new Step(percent + "%", ByteSize.text(done) + "/" + ByteSize.text(all),
        String.format(Locale.ROOT, "%.1fMB/s", rate / 1e6), left);
  }

  private static String duration(long seconds) {
    if (seconds < 60) {
      return seconds + "s";
    }
    return seconds < 3600
        ? seconds / 60 + "m" + seconds % 60 + "s"
        : seconds / 3600 + "h" + seconds % 3600 / 60 + "m";
  }

  /**
   * How far a copy is, in words.
   *
   * @param left
   *          the time that the rest takes at this rate
   */
  record Step(String done, String bytes, String rate, String left) {
  }
}
