package io.kuik.proxy.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** Metrics and probes on the node's own address; no image data, and no line in the log. */
public final class OpsServer implements AutoCloseable {
  private static final int BACKLOG = 64;

  private final HttpServer server;
  private final Metrics metrics;
  private final BooleanSupplier ready;
  private final BooleanSupplier alive;

  /** Starts to listen; {@code ready} and {@code alive} are asked by the probes. */
  public OpsServer(InetSocketAddress address, Metrics metrics, BooleanSupplier ready, BooleanSupplier alive)
      throws IOException {
    this.alive = alive;
    this.metrics = metrics;
    this.ready = ready;
    server = HttpServer.create(address, BACKLOG);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    switch (exchange.getRequestURI().getPath()) {
      case "/metrics" -> {
        var text = new ByteArrayOutputStream();
        metrics.write(text);
        answer(exchange, 200, Metrics.CONTENT_TYPE, text.toByteArray());
      }
      case "/healthz" -> {
        // A proxy that is stopping takes no connection any more, and is to end its pulls.
        boolean well = !ready.getAsBoolean() || alive.getAsBoolean();
        text(exchange, well ? 200 : 503, well ? "ok\n" : "the image port gives no answer\n");
      }
      case "/readyz" -> {
        boolean serving = ready.getAsBoolean();
        text(exchange, serving ? 200 : 503, serving ? "ok\n" : "stopping\n");
      }
      default -> text(exchange, 404, "there are /metrics, /healthz and /readyz\n");
    }
  }

  private static void text(HttpExchange exchange, int status, String text) throws IOException {
    answer(exchange, status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
