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
  private final int piece;
  private long done;

  /** {@code length} is -1 if the registry did not say it; {@code piece} bytes are moved at once. */
  BlobCopy(Body body, OutputStream out, long length, int piece) {
    this.piece = piece;
    this.body = body;
    this.out = out;
    this.length = length;
  }

  long done() {
    return done;
  }

  End run() {
    byte[] buffer = new byte[length < 0 ? piece : Math.clamp(length, 1, piece)];
    while (done != length) {
      int n;
      try {
        n = body.read(buffer, 0, buffer.length);
      } catch (IOException e) {
        return e instanceof WrongBytesException || e.getCause() instanceof WrongBytesException
            ? End.WRONG_BYTES
            : End.SOURCE_CUT;
      }
      if (n < 0) {
        return length < 0 ? End.WHOLE : End.SOURCE_CUT;
      }
      if (!write(buffer, n)) {
        return End.CLIENT_GONE;
      }
      done += n;
    }
    return End.WHOLE;
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
