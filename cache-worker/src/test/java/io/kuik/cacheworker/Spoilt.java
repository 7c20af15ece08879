package io.kuik.cacheworker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;

/** What happens to a body on its way, when so many of its bytes have passed. */
record Spoilt(Kind kind, long at, Runnable then) {
  static final Spoilt NOTHING = new Spoilt(Kind.NOTHING, Long.MAX_VALUE, () -> {
  });
  private static final int BUFFER = 16 << 10;

  private enum Kind {
    NOTHING, CUT, FLIP, HANG, LONGER
  }

  static Spoilt cut(long at) {
    return new Spoilt(Kind.CUT, at, () -> {
    });
  }

  /** One bit of the byte there is another. */
  static Spoilt flip(long at) {
    return new Spoilt(Kind.FLIP, at, () -> {
    });
  }

  /** No byte comes after it, and the connection stays open. */
  static Spoilt hang(long at) {
    return hang(at, () -> {
    });
  }

  static Spoilt hang(long at, Runnable then) {
    return new Spoilt(Kind.HANG, at, then);
  }

  /** One byte more than there is. */
  static Spoilt longer() {
    return new Spoilt(Kind.LONGER, Long.MAX_VALUE, () -> {
    });
  }

  /** Whether the exchange is over where this ends. */
  boolean spoils() {
    return kind == Kind.CUT || kind == Kind.HANG;
  }

  /** Passes the body on. */
  void pass(InputStream in, OutputStream out, CountDownLatch closed)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[BUFFER];
    long done = 0;
    while (true) {
      int most = (int) (kind == Kind.FLIP ? BUFFER : Math.min(BUFFER, at - done));
      if (most == 0) {
        then.run();
        if (kind == Kind.HANG) {
          closed.await();
        }
        return;
      }
      int n = in.read(buffer, 0, most);
      if (n < 0) {
        end(out);
        return;
      }
      if (kind == Kind.FLIP && at >= done && at < done + n) {
        buffer[(int) (at - done)] ^= 1;
      }
      out.write(buffer, 0, n);
      out.flush();
      done += n;
    }
  }

  private void end(OutputStream out) throws IOException {
    if (kind == Kind.LONGER) {
      out.write(0);
    }
    out.flush();
  }
}
