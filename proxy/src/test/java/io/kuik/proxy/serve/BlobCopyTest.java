package io.kuik.proxy.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kuik.proxy.serve.Transfer.End;
import io.kuik.proxy.source.Body;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The ways in which a body can end. */
class BlobCopyTest {
  private final byte[] bytes = new byte[200_000];
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  BlobCopyTest() {
    new Random(1).nextBytes(bytes);
  }

  private static InputStream broken() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException("connection reset");
      }
    };
  }

  private static Body body(InputStream in) {
    return new Body() {
      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        return in.read(buffer, offset, length);
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
  }

  private End copy(InputStream in, long length) {
    return new BlobCopy(body(in), out, length, Body.PIECE).run();
  }

  @Test
  void copiesAllOfIt() {
    assertEquals(End.WHOLE, copy(new ByteArrayInputStream(bytes), bytes.length));
    assertArrayEquals(bytes, out.toByteArray());
  }

  @Test
  void copiesABodyOfUnknownLength() {
    assertEquals(End.WHOLE, copy(new ByteArrayInputStream(bytes), -1));
    assertArrayEquals(bytes, out.toByteArray());
  }

  @Test
  void tellsABodyThatEndsTooEarly() {
    assertEquals(End.SOURCE_CUT, copy(new ByteArrayInputStream(bytes), bytes.length + 1));
  }

  @Test
  void tellsABodyThatBreaksOff() {
    assertEquals(End.SOURCE_CUT,
        copy(new SequenceInputStream(new ByteArrayInputStream(bytes), broken()), -1));
  }

  @Test
  void tellsAClientThatWentAway() {
    OutputStream gone = new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException("broken pipe");
      }
    };
    var copy = new BlobCopy(body(new ByteArrayInputStream(bytes)), gone, bytes.length, Body.PIECE);
    assertEquals(End.CLIENT_GONE, copy.run());
    assertEquals(0, copy.done());
  }
}
