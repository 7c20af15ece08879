package io.kuik.proxy.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

  @Test
  void endsAResponseThatNobodyReads() throws Exception {
    var cut = new CompletableFuture<Boolean>();
    HttpHandler endless = exchange -> {
      exchange.sendResponseHeaders(200, 0);
      try {
        while (true) {
          exchange.getResponseBody().write(new byte[1 << 16]);
        }
      } finally {
        cut.complete(Thread.currentThread().isInterrupted());
      }
    };
    try (var server = new ImageServer(0, endless, new InFlight(1), Duration.ofMillis(200));
        var socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertEquals(false, cut.get(), "the thread goes on with other work");
      // What the system had taken is still read; then the connection ends, and not as if all were sent.
      byte[] sent = read(socket);
      assertTrue(sent.length > 5
          && !new String(sent, sent.length - 5, 5, StandardCharsets.US_ASCII).equals("0\r\n\r\n"));
    }
  }

  private static byte[] read(Socket socket) throws IOException {
    var out = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    try {
      for (int n = 0; n >= 0; n = socket.getInputStream().read(buffer)) {
        out.write(buffer, 0, n);
      }
    } catch (SocketException e) {
      // Reset: as good an end.
    }
    return out.toByteArray();
  }

  @Test
  void leavesASlowClientAlone() throws Exception {
    byte[] body = new byte[8 << 20];
    HttpHandler handler = exchange -> {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body, 0, 1 << 20);
      for (int i = 1 << 20; i < body.length; i += 1 << 16) {
        exchange.getResponseBody().write(body, i, 1 << 16);
      }
      exchange.close();
    };
    try (var server = new ImageServer(0, handler, new InFlight(1), Duration.ofSeconds(2));
        var socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertTrue(read(socket).length > body.length);
    }
  }
}
