package io.kuik.controller.cluster;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.time.Instant;

/**
 * Events about one object.
 *
 * @param namespace
 *          where they go: the object's own, or {@code default} for one that has none, by Kubernetes'
 *          convention
 */
record EventNote(JsonObject involved, String namespace) {
  /** The API server's limit for a message. */
  private static final int LIMIT = 1024;

  static EventNote about(JsonObject involved, String namespace) {
    return new EventNote(involved, namespace);
  }

  void send(ApiCalls calls, boolean warning, String reason, String message) {
    String now = Instant.now().toString();
    var metadata = new JsonObject();
    metadata.addProperty("generateName", prefix(Json.text(involved, "name").orElse("")));
    metadata.addProperty("namespace", namespace);
    var source = new JsonObject();
    source.addProperty("component", "kube-image-keeper");
    var event = new JsonObject();
    event.add("metadata", metadata);
    event.add("involvedObject", involved);
    event.addProperty("type", warning ? "Warning" : "Normal");
    event.addProperty("reason", reason);
    event.addProperty("message", message.substring(0, Math.min(message.length(), LIMIT)));
    event.addProperty("firstTimestamp", now);
    event.addProperty("lastTimestamp", now);
    event.addProperty("count", 1);
    event.add("source", source);
    calls.create("/api/v1/namespaces/" + namespace + "/events", event);
  }

  static String prefix(String name) {
    return name.substring(0, Math.min(name.length(), 200)).replaceAll("[-.]+$", "") + ".";
  }
}
