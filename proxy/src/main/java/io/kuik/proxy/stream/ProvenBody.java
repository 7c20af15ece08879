package io.kuik.proxy.stream;

import io.kuik.proxy.source.Body;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A body that goes on after it broke, and whose last bytes are handed out only when the whole has proven
 * right.
 */
final class ProvenBody implements Body {
  /** Hears how it ended. */
  interface Verdict {
    /** All of it was right, as far as it was to be proven. */
    void right();

    /** Its bytes are not those of the digest. */
    void wrong();
  }

  private final long end;
  private final Optional<Proof> proof;
  private final Resume resume;
  private final Verdict verdict;
  private @Nullable Body body;
  private long position;
  private boolean over;

  /**
   * A body that begins at a position.
   *
   * @param body
   *          none if there is none yet
   * @param end
   *          the position after its last byte, or -1 if it isn't known
   * @param proof
   *          over the bytes before; none if only the length is to be right
   */
  ProvenBody(Optional<Body> body, long position, long end, Optional<Proof> proof, Resume resume,
      Verdict verdict) {
    this.body = body.orElse(null);
    this.position = position;
    this.end = end;
    this.proof = proof;
    this.resume = resume;
    this.verdict = verdict;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (over || position == end) {
      return -1;
    }
    int most = end < 0 ? length : (int) Math.min(length, end - position);
    int n = steady(buffer, offset, most);
    if (n < 0) {
      finish();
      return -1;
    }
    position += n;
    proof.ifPresent(p -> p.add(buffer, offset, n));
    if (position == end) {
      finish();
    }
    return n;
  }

  private int steady(byte[] buffer, int offset, int most) throws IOException {
    IOException broke = new IOException("it has not begun");
    while (true) {
      if (body == null) {
        body = resume.from(position, end, broke);
      }
      try {
        int n = body.read(buffer, offset, most);
        if (n >= 0 || end < 0) {
          return n;
        }
        broke = new IOException("the bytes ended at " + position + " of " + end);
      } catch (IOException e) {
        broke = e;
      }
      body.close();
      body = null;
    }
  }

  private void finish() throws WrongBytesException {
    over = true;
    try {
      if (proof.isPresent()) {
        proof.get().finish();
      }
      verdict.right();
    } catch (WrongBytesException e) {
      verdict.wrong();
      throw e;
    }
  }

  /** The proof over all bytes so far, for one who goes on by themselves. */
  Optional<Proof> fork() {
    return proof.map(Proof::fork);
  }

  @Override
  public void close() {
    if (body != null) {
      body.close();
      body = null;
    }
  }
}
