package io.kuik.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A body that comes slowly may; one that hardly comes at all may not. */
class SteadyStreamTest {
  private final AtomicLong nanos = new AtomicLong();

  /** Gives so many bytes at each read, and takes so long for it. */
  private InputStream source(byte[] bytes, int chunk, Duration each) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public int read(byte[] buffer, int offset, int length) {
        nanos.addAndGet(each.toNanos());
        return super.read(buffer, offset, Math.min(chunk, length));
      }
    };
  }

  private SteadyStream steady(InputStream in) {
    return new SteadyStream(in, nanos::get);
  }

  @Test
  void aDripEndsWithAnError() {
    SteadyStream dripping = steady(source(new byte[1000], 1, Duration.ofSeconds(5)));
    var e = assertThrows(IOException.class, dripping::readAllBytes);
    assertEquals("no more than 6 bytes came in 30 s", e.getMessage());
  }

  @Test
  void skippingIsWaitingToo() {
    SteadyStream dripping = steady(source(new byte[1000], 1, Duration.ofSeconds(5)));
    assertThrows(IOException.class, () -> {
      for (int i = 0; i < 10; i++) {
        dripping.read(new byte[1]);
        dripping.skipNBytes(1);
      }
    });
  }

  @Test
  void aSlowLineIsNoDrip() throws IOException {
    byte[] bytes = new byte[1 << 20];
    bytes[77] = 1;
    assertArrayEquals(bytes, steady(source(bytes, 4096, Duration.ofSeconds(1))).readAllBytes());
    assertTrue(nanos.get() > Duration.ofMinutes(4).toNanos());
  }

  @Test
  void theTimeOfTheReaderIsNotCounted() throws IOException {
    SteadyStream in = steady(source(new byte[100], 1, Duration.ZERO));
    for (int i = 0; i < 100; i++) {
      assertEquals(1, in.read(new byte[1]));
      nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    }
    assertEquals(-1, in.read(new byte[1]));
  }
}
