package io.kuik.controller.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kubernetes.client.openapi.ApiClient;
import io.kuik.controller.image.CachedImage;
import io.kuik.controller.image.JobView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Secrets of copies at an API server that keeps them. */
class CopySecretsTest {
  private static final String PATH = "/api/v1/namespaces/ns/secrets";

  private final Map<String, JsonObject> secrets = new ConcurrentHashMap<>();
  private volatile boolean keeps;
  private HttpServer server;
  private ImageResources resources;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(PATH, this::handle);
    server.start();
    var calls = new ApiCalls(
        new ApiClient().setBasePath("http://127.0.0.1:" + server.getAddress().getPort()).setReadTimeout(0));
    resources = new ImageResources(calls, "ns",
        new Watched<>(calls, calls, ImageResources.PATH, "", CachedImage::of),
        new Watched<>(calls, calls, "/jobs", "", JobView::of),
        new Watched<>(calls, calls, "/pods", "", OwnPod::of));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      int status = switch (exchange.getRequestMethod()) {
        case "POST" -> secrets.putIfAbsent("copy", JsonParser.parseString(body).getAsJsonObject()) == null
            ? 201
            : 409;
        case "DELETE" -> keeps || secrets.remove(exchange.getRequestURI().getPath()
            .substring(PATH.length() + 1)) != null ? 200 : 404;
        default -> 405;
      };
      byte[] answer = "{}".getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private static JsonObject secret(String content) {
    return JsonParser
        .parseString("{\"metadata\": {\"name\": \"copy\"}, \"data\": {\"a\": \"" + content + "\"}}")
        .getAsJsonObject();
  }

  @Test
  void theOneOfAnEarlierCopyIsReplacedWhole() {
    resources.putSecret(secret("old"));
    resources.putSecret(secret("new"));
    assertEquals(Map.of("copy", secret("new")), secrets);
  }

  @Test
  void deletingOneThatIsGoneIsNoFailure() {
    resources.putSecret(secret("old"));
    resources.deleteSecret("copy");
    resources.deleteSecret("copy");
    assertEquals(Map.of(), secrets);
  }

  @Test
  void aSecretThatStaysIsNotGivenToTheCopy() {
    resources.putSecret(secret("foreign"));
    keeps = true;
    assertThrows(IllegalStateException.class, () -> resources.putSecret(secret("new")));
  }
}
