package io.kuik.controller.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Answers the kubelet's probes and Prometheus. */
public final class OpsServer {
  private final HttpServer server;
  private final ControllerMetrics metrics;

  /**
   * Binds the port.
   *
   * @param unready
   *          what is missing until the controller can answer the API server
   * @param unhealthy
   *          what is broken for good, so that a restart is the way out
   */
  public OpsServer(int port, ControllerMetrics metrics, Supplier<Optional<String>> unready,
      Supplier<Optional<String>> unhealthy)
      throws IOException {
    this.metrics = metrics;
    this.server = HttpServer.create(new InetSocketAddress(port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/readyz", x -> probe(x, unready.get()));
    server.createContext("/healthz", x -> probe(x, unhealthy.get()));
    server.createContext("/metrics", this::metrics);
  }

  /** Starts answering. */
  public void start() {
    server.start();
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Ends at once. */
  public void stop() {
    server.stop(0);
  }

  private static void probe(HttpExchange exchange, Optional<String> problem) throws IOException {
    answer(exchange, problem.isEmpty() ? 200 : 503, "text/plain",
        (problem.orElse("ok") + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void metrics(HttpExchange exchange) throws IOException {
    answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.text());
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
