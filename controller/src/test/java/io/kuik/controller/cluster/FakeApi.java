package io.kuik.controller.cluster;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** An API server that lists what it is told, and whose watches tell what it is told. */
final class FakeApi implements AutoCloseable {
  private static final String END = "";

  final List<String> items = new CopyOnWriteArrayList<>();
  /** What was written: method, path and body. */
  final List<String> writes = new CopyOnWriteArrayList<>();
  /** Every call, by verb and resource. */
  final List<String> called = new CopyOnWriteArrayList<>();
  /** Answers to GET by path; lists of {@link #items} for all others. */
  final Map<String, String> objects = new ConcurrentHashMap<>();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final ApiServer server;

  FakeApi() throws IOException {
    server = new ApiServer(this::handle);
  }

  /** Calls of this server. */
  ApiCalls calls() {
    return new ApiCalls(server.client(), (verb, resource) -> called.add(verb + " " + resource));
  }

  /** An object with just its metadata. */
  static String object(String name, int version) {
    return "{\"metadata\": {\"name\": \"" + name + "\", \"resourceVersion\": \"" + version + "\"}}";
  }

  /** Sends an event to whoever watches. */
  void event(String type, String object) {
    events.add("{\"type\": \"" + type + "\", \"object\": " + object + "}\n");
  }

  private void handle(HttpExchange exchange) throws IOException {
    if (String.valueOf(exchange.getRequestURI().getQuery()).contains("watch=true")) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, 0);
      tell(exchange);
    } else if (objects.containsKey(exchange.getRequestURI().getPath())) {
      ApiServer.answer(exchange, 200, objects.get(exchange.getRequestURI().getPath()));
    } else if (exchange.getRequestMethod().equals("GET")) {
      ApiServer.answer(exchange, 200, page(String.valueOf(exchange.getRequestURI().getQuery())));
    } else {
      writes.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath() + " "
          + ApiServer.body(exchange));
      ApiServer.answer(exchange, 404, "{\"message\": \"not found\"}");
    }
  }

  /** As many of the items as are asked for, and where to go on. */
  private String page(String query) {
    int from = parameter(query, "continue", 0);
    int to = Math.min(items.size(), from + parameter(query, "limit", items.size()));
    String next = to < items.size() ? ", \"continue\": \"" + to + "\"" : "";
    return "{\"metadata\": {\"resourceVersion\": \"10\"" + next + "}, \"items\": ["
        + String.join(",", items.subList(from, to)) + "]}";
  }

  private static int parameter(String query, String name, int otherwise) {
    return Arrays.stream(query.split("&", -1)).filter(p -> p.startsWith(name + "="))
        .map(p -> p.substring(name.length() + 1)).filter(v -> !v.isEmpty()).map(Integer::valueOf).findFirst()
        .orElse(otherwise);
  }

  private void tell(HttpExchange exchange) throws IOException {
    try {
      for (String event = events.take(); !event.equals(END); event = events.take()) {
        exchange.getResponseBody().write(event.getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    events.add(END);
    server.close();
  }
}
