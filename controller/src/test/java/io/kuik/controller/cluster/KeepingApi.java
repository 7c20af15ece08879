package io.kuik.controller.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import io.kuik.controller.json.Json;
import io.kuik.controller.json.MergePatch;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** An API server that keeps what it is given, by its path. */
final class KeepingApi implements AutoCloseable {
  private static final String SELECTOR = "labelSelector=";

  final Map<String, JsonObject> objects = new ConcurrentSkipListMap<>();
  /** Whether what is deleted goes. */
  volatile boolean deletes = true;
  private final ApiServer server;

  KeepingApi() throws IOException {
    server = new ApiServer(this::handle);
  }

  ApiCalls calls() {
    return server.calls();
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String body = ApiServer.body(exchange);
    switch (exchange.getRequestMethod()) {
      case "POST" -> {
        JsonObject object = JsonParser.parseString(body).getAsJsonObject();
        String name = Json.text(object, "metadata", "name").orElseThrow();
        boolean created = objects.putIfAbsent(path + "/" + name, object) == null;
        ApiServer.answer(exchange, created ? 201 : 409, "{}");
      }
      case "PATCH" -> {
        Optional<JsonObject> object = Optional.ofNullable(objects.get(path));
        object.ifPresent(o -> MergePatch.apply(o, JsonParser.parseString(body).getAsJsonObject()));
        answer(exchange, object);
      }
      case "DELETE" -> answer(exchange,
          Optional.ofNullable(deletes ? objects.remove(path) : objects.get(path)));
      default -> answer(exchange, Optional.ofNullable(objects.get(path)).or(
          () -> list(path, String.valueOf(exchange.getRequestURI().getQuery()))));
    }
  }

  private static void answer(HttpExchange exchange, Optional<JsonObject> object) throws IOException {
    ApiServer.answer(exchange, object.isPresent() ? 200 : 404,
        object.map(JsonObject::toString).orElse("{}"));
  }

  /** A question without a selector is one for an object. */
  private Optional<JsonObject> list(String path, String query) {
    if (!query.contains(SELECTOR)) {
      return Optional.empty();
    }
    String[] labels = query.substring(query.indexOf(SELECTOR) + SELECTOR.length()).split("&")[0].split(",");
    var items = new JsonArray();
    objects.forEach((key, object) -> {
      if (key.substring(0, key.lastIndexOf('/')).equals(path) && Arrays.stream(labels)
          .allMatch(l -> l.equals(label(object, l.substring(0, l.indexOf('=')))))) {
        items.add(object);
      }
    });
    var list = new JsonObject();
    list.add("items", items);
    return Optional.of(list);
  }

  private static String label(JsonObject object, String key) {
    return key + "=" + Json.text(object, "metadata", "labels", key).orElse("");
  }

  @Override
  public void close() {
    server.close();
  }
}
