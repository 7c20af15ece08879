package io.kuik.proxy.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.Digest;
import io.kuik.proxy.source.Body;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One download, its window and its clients. */
class DownloadTest {
  private static final int CHUNK = Download.CHUNK;
  private static final int WINDOW = 4;

  private final byte[] bytes = new byte[20 * CHUNK + 17];
  private final Digest digest;
  private final ChunkPool pool = new ChunkPool(WINDOW - 1);
  private final AtomicInteger ended = new AtomicInteger();
  private final List<Long> alone = new ArrayList<>();
  private final Download download = new Download(pool, WINDOW, Duration.ofMillis(20),
      _ -> ended.incrementAndGet());

  DownloadTest() {
    new Random(1).nextBytes(bytes);
    digest = Digest.sha256(bytes);
  }

  /** A body that tells when it is closed. */
  private static final class Wire implements Body {
    private final InputStream in;
    private boolean closed;

    Wire(byte[] bytes) {
      in = new ByteArrayInputStream(bytes);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      return in.read(buffer, offset, Math.min(length, 10_000));
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private Wire begin(byte[] sent) {
    var wire = new Wire(sent);
    download.begin(proven(Optional.of(wire), 0, Optional.of(new Proof(digest))), (position, before) -> {
      alone.add(position);
      byte[] rest = Arrays.copyOfRange(sent, Math.toIntExact(position), sent.length);
      return proven(Optional.of(new Wire(rest)), position, before);
    });
    return wire;
  }

  private ProvenBody proven(Optional<Body> body, long position, Optional<Proof> proof) {
    var resume = new Resume(null, List.of(), List.of(), () -> {
    });
    return new ProvenBody(body, position, bytes.length, proof, resume, new ProvenBody.Verdict() {
      @Override
      public void right() {
        // Seen by the bytes that come.
      }

      @Override
      public void wrong() {
        // Seen by the exception.
      }
    });
  }

  private SharedBody join() {
    return download.join().orElseThrow();
  }

  private static byte[] read(Body body, int most) throws IOException {
    var out = new ByteArrayOutputStream();
    byte[] buffer = new byte[7000];
    for (int n = 0; n >= 0 && out.size() < most;) {
      n = body.read(buffer, 0, Math.min(buffer.length, most - out.size()));
      out.write(buffer, 0, Math.max(0, n));
    }
    return out.toByteArray();
  }

  private byte[] all(Body body) throws IOException {
    try (body) {
      return read(body, bytes.length + 1);
    }
  }

  @Test
  void givesAllToOneClientAndKeepsNoMoreThanTheWindow() throws IOException {
    Wire wire = begin(bytes);
    SharedBody only = join();
    assertEquals(bytes.length - 1, read(only, bytes.length - 1).length);
    assertTrue(download.held() <= WINDOW * CHUNK, String.valueOf(download.held()));
    assertArrayEquals(new byte[]{bytes[bytes.length - 1]}, read(only, 2));
    only.close();
    assertTrue(wire.closed);
    assertEquals(0, pool.taken());
    assertEquals(1, ended.get());
  }

  @Test
  void givesAllToManyClientsAtOnce() throws Exception {
    begin(bytes);
    var clients = new ArrayList<Callable<byte[]>>();
    for (int i = 0; i < 20; i++) {
      SharedBody body = join();
      clients.add(() -> all(body));
    }
    try (var threads = Executors.newCachedThreadPool()) {
      for (Future<byte[]> got : threads.invokeAll(clients)) {
        assertArrayEquals(bytes, got.get());
      }
    }
    assertEquals(0, pool.taken());
  }

  @Test
  void goesOnWithoutAClientThatIsTooSlowWhoGoesOnAlone() throws IOException {
    begin(bytes);
    SharedBody slow = join();
    byte[] first = read(slow, CHUNK + 5);
    assertArrayEquals(bytes, all(join()));
    byte[] rest = all(slow);
    assertArrayEquals(bytes, join(first, rest));
    assertEquals(List.of((long) CHUNK + 5), alone);
  }

  private static byte[] join(byte[] first, byte[] rest) {
    byte[] whole = Arrays.copyOf(first, first.length + rest.length);
    System.arraycopy(rest, 0, whole, first.length, rest.length);
    return whole;
  }

  @Test
  void hashesAllBytesOfAClientThatGoesOnAlone() throws IOException {
    byte[] wrong = bytes.clone();
    wrong[3]++;
    begin(wrong);
    SharedBody slow = join();
    read(slow, CHUNK + 5);
    assertThrows(IOException.class, () -> all(join()));
    assertThrows(WrongBytesException.class, () -> all(slow));
  }

  @Test
  void waitsOnlyAMomentForASlowClient() throws IOException {
    begin(bytes);
    SharedBody slow = join();
    read(slow, 5);
    long start = System.nanoTime();
    assertArrayEquals(bytes, all(join()));
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(5).toNanos(), "a slow client held it up");
    slow.close();
  }

  @Test
  void isNotEndedByAClientThatGoesAway() throws IOException {
    Wire wire = begin(bytes);
    SharedBody gone = join();
    SharedBody other = join();
    read(gone, 3 * CHUNK);
    gone.close();
    assertArrayEquals(bytes, all(other));
    assertTrue(wire.closed);
  }

  @Test
  void canBeJoinedWhileItsBeginningIsThere() throws IOException {
    begin(bytes);
    SharedBody first = join();
    read(first, WINDOW * CHUNK);
    SharedBody second = join();
    read(first, 1);
    assertTrue(download.join().isEmpty());
    assertArrayEquals(bytes, all(second));
    first.close();
    assertTrue(download.join().isEmpty());
  }

  @Test
  void keepsTheLastBytesOfAWrongBlobFromEverybody() throws IOException {
    byte[] wrong = bytes.clone();
    wrong[3]++;
    begin(wrong);
    SharedBody first = join();
    SharedBody second = join();
    for (int i = 0; i < 20; i++) {
      assertEquals(CHUNK, read(first, CHUNK).length);
      assertEquals(CHUNK, read(second, CHUNK).length);
    }
    assertThrows(IOException.class, () -> all(first));
    var error = assertThrows(IOException.class, () -> all(second));
    assertTrue(error.getCause() instanceof WrongBytesException, String.valueOf(error));
    assertTrue(download.join().isEmpty());
  }

  @Test
  void makesDoWithOneChunkWhenOthersHaveTheMemory() throws IOException {
    while (pool.take()) {
      // Others take all.
    }
    begin(bytes);
    assertArrayEquals(bytes, all(join()));
    assertEquals(WINDOW - 1, pool.taken());
  }
}
