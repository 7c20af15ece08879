package io.kuik.proxy.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.Digest;
import io.kuik.proxy.serve.Transfer.End;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The ways in which a body can end. */
class BlobCopyTest {
  private final byte[] bytes = new byte[200_000];
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Digest digest;

  BlobCopyTest() {
    new Random(1).nextBytes(bytes);
    digest = Digest.sha256(bytes);
  }

  private static InputStream broken() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException("connection reset");
      }
    };
  }

  private End copy(InputStream in, long length, Optional<Digest> expected) {
    return new BlobCopy(in, out, length, expected).run();
  }

  @Test
  void copiesAllOfIt() {
    assertEquals(End.WHOLE, copy(new ByteArrayInputStream(bytes), bytes.length, Optional.of(digest)));
    assertArrayEquals(bytes, out.toByteArray());
  }

  @Test
  void copiesABodyOfUnknownLength() {
    assertEquals(End.WHOLE, copy(new ByteArrayInputStream(bytes), -1, Optional.of(digest)));
    assertArrayEquals(bytes, out.toByteArray());
  }

  @Test
  void holdsTheLastPieceBackUntilTheHashIsRight() {
    bytes[7]++;
    assertEquals(End.WRONG_BYTES, copy(new ByteArrayInputStream(bytes), bytes.length, Optional.of(digest)));
    assertTrue(out.size() < bytes.length);
  }

  @Test
  void tellsWrongBytesOfUnknownLength() {
    bytes[7]++;
    assertEquals(End.WRONG_BYTES, copy(new ByteArrayInputStream(bytes), -1, Optional.of(digest)));
  }

  @Test
  void tellsABodyThatEndsTooEarly() {
    assertEquals(End.SOURCE_CUT, copy(new ByteArrayInputStream(bytes), bytes.length + 1, Optional.empty()));
  }

  @Test
  void tellsABodyThatBreaksOff() {
    var in = new SequenceInputStream(new ByteArrayInputStream(bytes), broken());
    assertEquals(End.SOURCE_CUT, copy(in, -1, Optional.empty()));
  }

  @Test
  void tellsAClientThatWentAway() {
    OutputStream gone = new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException("broken pipe");
      }
    };
    var copy = new BlobCopy(new ByteArrayInputStream(bytes), gone, bytes.length, Optional.of(digest));
    assertEquals(End.CLIENT_GONE, copy.run());
    assertEquals(0, copy.done());
  }
}
