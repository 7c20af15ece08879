package io.kuik.proxy.stream;

import io.kuik.proxy.source.Body;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One client's view of a shared download; its position is guarded by the download's lock. */
final class SharedBody implements Body {
  private final Download download;
  private long position;
  private long patience;
  private boolean fallen;
  private Optional<Proof> before = Optional.empty();
  private @Nullable Body alone;

  SharedBody(Download download, Duration patience) {
    this.download = download;
    this.patience = patience.toNanos();
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (alone == null) {
      int n = download.read(this, buffer, offset, length);
      if (n != Download.FELL_BEHIND) {
        return n;
      }
      alone = download.alone(position, before);
      download.leave(this);
    }
    return alone.read(buffer, offset, length);
  }

  long position() {
    return position;
  }

  void advance(int bytes) {
    position += bytes;
  }

  long patience() {
    return patience;
  }

  void waitedFor(long nanos) {
    patience -= nanos;
  }

  /** It fell behind; this is the proof over what it had got by then. */
  void fall(Optional<Proof> got) {
    fallen = true;
    before = got;
  }

  boolean fallen() {
    return fallen;
  }

  @Override
  public void close() {
    download.leave(this);
    if (alone != null) {
      alone.close();
    }
  }
}
