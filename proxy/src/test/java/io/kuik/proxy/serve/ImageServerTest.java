package io.kuik.proxy.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.BindException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Where and how it listens. */
class ImageServerTest {
  private static final HttpHandler NONE = exchange -> {
    throw new IOException("unused");
  };

  @Test
  void runsPullsOnThreadsThatTheSystemMakesTakeTurns() throws IOException {
    var virtual = new CompletableFuture<Boolean>();
    HttpHandler handler = exchange -> virtual.complete(Thread.currentThread().isVirtual());
    try (var server = new ImageServer(0, handler, new InFlight(1));
        var socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertEquals(false, virtual.join());
    }
  }

  @Test
  void failsWhenThePortIsTaken() throws IOException {
    try (var first = new ImageServer(0, NONE, new InFlight(1))) {
      assertTrue(first.port() > 0);
      assertThrows(BindException.class, () -> new ImageServer(first.port(), NONE, new InFlight(1)).close());
    }
  }
}
