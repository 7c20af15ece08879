package io.kuik.proxy.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.proxy.source.Body;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Pieces that are read before they are taken. */
class PiecesTest {
  private final CountDownLatch began = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final AtomicBoolean over = new AtomicBoolean();

  /** One that stands in the middle of its first read until it may go on. */
  private Body held(Ending end) {
    return new Body() {
      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        began.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
        over.set(true);
        end.run();
        return length;
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
  }

  /** What a read does at its end. */
  private interface Ending {
    void run() throws IOException;
  }

  @Test
  void areReadBeforeTheyAreTaken() throws Exception {
    try (Pieces pieces = Pieces.of(held(() -> {
    }), true)) {
      pieces.ask(new byte[7]);
      assertTrue(began.await(10, TimeUnit.SECONDS), "nobody reads");
      goOn.countDown();
      assertEquals(7, pieces.take());
    }
  }

  @Test
  void areNobodysBusinessOnceTheyAreClosed() throws Exception {
    Pieces pieces = Pieces.of(held(() -> {
    }), true);
    pieces.ask(new byte[7]);
    began.await();
    Thread.ofVirtual().start(goOn::countDown);
    pieces.close();
    assertTrue(over.get(), "the body is still being read");
  }

  @Test
  void failAsTheBodyDoes() {
    goOn.countDown();
    var reset = new IOException("connection reset");
    try (Pieces pieces = Pieces.of(held(() -> {
      throw reset;
    }), true)) {
      pieces.ask(new byte[7]);
      assertEquals(reset, assertThrows(IOException.class, pieces::take));
    }
    try (Pieces pieces = Pieces.of(held(() -> {
      throw new IllegalStateException("an error of the proxy");
    }), true)) {
      pieces.ask(new byte[7]);
      assertThrows(IllegalStateException.class, pieces::take);
    }
  }
}
