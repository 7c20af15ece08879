package io.kuik.proxy.serve;

import io.kuik.proxy.serve.Transfer.End;
import io.kuik.proxy.source.Body;
import io.kuik.proxy.stream.WrongBytesException;
import java.io.IOException;
import java.io.OutputStream;

/** One body on its way to a client. A body that fails keeps its last piece, so it never ends as a success. */
final class BlobCopy {
  private final Body body;
  private final OutputStream out;
  private final long length;
  private final Pace pace;
  private long done;

  /** {@code length} is -1 if the registry did not say it. */
  BlobCopy(Body body, OutputStream out, long length, Pace pace) {
    this.pace = pace;
    this.body = body;
    this.out = out;
    this.length = length;
  }

  long done() {
    return done;
  }

  End run() {
    boolean ahead = pace.ahead() && (length < 0 || length > pace.piece());
    byte[] buffer = buffer();
    byte[] next = ahead ? buffer() : buffer;
    try (Pieces pieces = Pieces.of(body, ahead)) {
      pieces.ask(buffer);
      for (int n = pieces.take(); n >= 0; n = pieces.take()) {
        boolean last = done + n == length;
        if (!last) {
          pieces.ask(next);
        }
        if (!write(buffer, n)) {
          return End.CLIENT_GONE;
        }
        done += n;
        if (last) {
          return End.WHOLE;
        }
        byte[] written = buffer;
        buffer = next;
        next = written;
      }
      return length < 0 ? End.WHOLE : End.SOURCE_CUT;
    } catch (IOException e) {
      return e instanceof WrongBytesException || e.getCause() instanceof WrongBytesException
          ? End.WRONG_BYTES
          : End.SOURCE_CUT;
    }
  }

  private byte[] buffer() {
    return new byte[length < 0 ? pace.piece() : Math.clamp(length, 1, pace.piece())];
  }

  private boolean write(byte[] buffer, int n) {
    try {
      out.write(buffer, 0, n);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
