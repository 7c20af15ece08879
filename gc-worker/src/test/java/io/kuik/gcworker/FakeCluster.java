package io.kuik.gcworker;

import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An API server with one StatefulSet, whose pod comes and goes as its scale says; and that pod's registry.
 */
final class FakeCluster implements AutoCloseable {
  static final String NAMESPACE = "kuik-system";
  static final String NAME = "registry";

  /** Answers before it behaves, each with this status. */
  final AtomicInteger refusals = new AtomicInteger();
  volatile int refusal = 500;
  /** How often the pod is still seen after the scale went to nothing. */
  final AtomicInteger lingers = new AtomicInteger(2);
  volatile int replicas = 1;
  /** What somebody scales the registry to as soon as it has been scaled; -1 for nobody. */
  volatile int byHand = -1;
  volatile boolean ready = true;

  private final HttpServer server;

  FakeCluster() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/apis/apps/v1/namespaces/" + NAMESPACE + "/statefulsets/" + NAME + "/scale",
        this::scale);
    server.createContext("/api/v1/namespaces/" + NAMESPACE + "/pods/" + NAME + "-0", this::pod);
    server.createContext("/", x -> answer(x, x.getRequestURI().getPath().equals("/") ? 200 : 404, "{}"));
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port());
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void scale(HttpExchange exchange) throws IOException {
    if (refused(exchange)) {
      return;
    }
    if (exchange.getRequestMethod().equals("PUT")) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      replicas = JsonParser.parseString(body).getAsJsonObject().getAsJsonObject("spec").get("replicas")
          .getAsInt();
      if (byHand >= 0) {
        replicas = byHand;
        byHand = -1;
      }
    }
    answer(exchange, 200, replicas == 0
        ? "{\"kind\":\"Scale\",\"spec\":{},\"status\":{\"replicas\":0}}"
        : "{\"kind\":\"Scale\",\"spec\":{\"replicas\":%d},\"status\":{\"replicas\":%d}}".formatted(replicas,
            replicas));
  }

  private void pod(HttpExchange exchange) throws IOException {
    if (refused(exchange)) {
      return;
    }
    boolean there = replicas > 0 || lingers.getAndDecrement() > 0;
    answer(exchange, there ? 200 : 404,
        """
            {"metadata":{"uid":"u"%s},"status":{"podIP":"127.0.0.1","conditions":[{"type":"Ready","status":"%s"}]}}
            """
            .formatted(replicas > 0 ? "" : ",\"deletionTimestamp\":\"2026-01-01T00:00:00Z\"",
                ready ? "True" : "False"));
  }

  private boolean refused(HttpExchange exchange) throws IOException {
    if (refusals.getAndDecrement() > 0) {
      answer(exchange, refusal, "{\"message\":\"refused\"}");
      return true;
    }
    return false;
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    try (exchange) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
