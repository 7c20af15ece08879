package io.kuik.proxy.serve;

import io.kuik.model.Digest;
import io.kuik.proxy.serve.Transfer.End;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * One body on its way from a registry to a client. The last piece is held back until the whole has proven
 * right, so wrong bytes never end as a success.
 */
final class BlobCopy {
  /** Measured: larger ones are no faster, smaller ones are. */
  private static final int BUFFER = 64 << 10;
  private static final int ENDED = -1;
  private static final int BROKEN = -2;

  private final InputStream in;
  private final OutputStream out;
  private final long length;
  private final Optional<Digest> digest;
  private long done;

  /** {@code length} is -1 if the registry did not say it; a body without a digest is only counted. */
  BlobCopy(InputStream in, OutputStream out, long length, Optional<Digest> digest) {
    this.in = in;
    this.out = out;
    this.length = length;
    this.digest = digest;
  }

  long done() {
    return done;
  }

  End run() {
    byte[] buffer = new byte[length < 0 ? BUFFER : Math.clamp(length, 1, BUFFER)];
    Optional<MessageDigest> hash = digest.map(Digest::hasher);
    while (done != length) {
      int n = read(buffer);
      if (n < 0) {
        return n == ENDED && length < 0 ? proven(hash) : End.SOURCE_CUT;
      }
      hash.ifPresent(h -> h.update(buffer, 0, n));
      if (done + n == length && proven(hash) != End.WHOLE) {
        return End.WRONG_BYTES;
      }
      if (!write(buffer, n)) {
        return End.CLIENT_GONE;
      }
      done += n;
    }
    return End.WHOLE;
  }

  private End proven(Optional<MessageDigest> hash) {
    boolean wrong = digest.isPresent() && hash.isPresent() && !digest.get().matches(hash.get().digest());
    return wrong ? End.WRONG_BYTES : End.WHOLE;
  }

  private int read(byte[] buffer) {
    try {
      int most = length < 0 ? buffer.length : (int) Math.min(buffer.length, length - done);
      return in.read(buffer, 0, most);
    } catch (IOException e) {
      return BROKEN;
    }
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
