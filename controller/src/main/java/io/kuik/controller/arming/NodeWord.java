package io.kuik.controller.arming;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.kuik.controller.arming.Obstacle.Reason;
import io.kuik.controller.json.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * The last word on one node: what its canary, or a doubt, came to. Replicas share it, and it outlives them.
 */
public sealed interface NodeWord {
  /** The node's UID when it was said: of a node that was made anew nothing is known. */
  String node();

  /** The proxy's port: of another one nothing is known. */
  int port();

  /** When it was said. */
  Instant at();

  /**
   * The runtime reaches its proxy.
   *
   * @param proxy
   *          revision of the proxy's pod: a later one is worth another look
   */
  record Proven(String node, int port, String proxy, Instant at) implements NodeWord {
  }

  /**
   * It does not, or nobody could find out.
   *
   * @param tries
   *          canaries in a row that came to nothing
   * @param since
   *          when the first of them, or a doubt, took the node out of the proven ones
   */
  record Failed(String node, int port, Reason reason, String message, int tries, Instant at, Instant since)
      implements
        NodeWord {
  }

  /** Whether it is about this node and this port. */
  default boolean about(Node which, int proxyPort) {
    return node().equals(which.uid()) && port() == proxyPort;
  }

  /** One line of JSON. */
  default String json() {
    var json = new JsonObject();
    switch (this) {
      case Proven p -> {
        json.addProperty("proven", p.at.toString());
        json.addProperty("proxy", p.proxy);
      }
      case Failed f -> {
        json.addProperty("failed", f.at.toString());
        json.addProperty("reason", f.reason.word());
        json.addProperty("message", f.message);
        json.addProperty("tries", f.tries);
        json.addProperty("since", f.since.toString());
      }
    }
    json.addProperty("port", port());
    json.addProperty("node", node());
    return json.toString();
  }

  /** Reads it; what can't be read was never ours, and proves nothing. */
  static Optional<NodeWord> parse(String text) {
    try {
      JsonObject json = JsonParser.parseString(text).getAsJsonObject();
      String node = Json.text(json, "node").orElse("");
      int port = (int) Json.number(json, "port");
      Optional<Instant> proven = Json.text(json, "proven").map(Instant::parse);
      if (proven.isPresent()) {
        return Optional.of(new Proven(node, port, Json.text(json, "proxy").orElse(""), proven.get()));
      }
      return Json.text(json, "failed").map(Instant::parse).flatMap(at -> reason(json).map(
          r -> new Failed(node, port, r, Json.text(json, "message").orElse(""),
              (int) Json.number(json, "tries"), at,
              Json.text(json, "since").map(Instant::parse).orElse(at))));
    } catch (JsonParseException | IllegalStateException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<Reason> reason(JsonObject json) {
    String word = Json.text(json, "reason").orElse("");
    return Arrays.stream(Reason.values()).filter(r -> r.word().equals(word)).findFirst();
  }
}
