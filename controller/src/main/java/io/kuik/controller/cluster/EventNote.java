package io.kuik.controller.cluster;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events about one object. */
record EventNote(JsonObject involved) {
  private static final Logger LOG = LoggerFactory.getLogger(EventNote.class);
  /** The API server's limit for a message. */
  private static final int LIMIT = 1024;

  static EventNote about(Reference object) {
    return new EventNote(object.json());
  }

  /** The same about a part of it, such as {@code spec.containers{c}}. */
  static EventNote about(Reference object, String fieldPath) {
    JsonObject involved = object.json();
    involved.addProperty("fieldPath", fieldPath);
    return new EventNote(involved);
  }

  /** That of the object, or by Kubernetes' convention this one for an object that has none. */
  private String namespace() {
    return Json.text(involved, "namespace").orElse("default");
  }

  /**
   * Tells it if the API server lets us: a namespace that is being deleted takes no Events, and whatever was
   * done must neither stop nor be done again for want of one.
   */
  void offer(ApiCalls calls, boolean warning, String reason, String message) {
    try {
      send(calls, warning, reason, message);
    } catch (ClusterException e) {
      // What was done is done, and logged.
      LOG.debug("no event about={} error={}", involved, e.getMessage());
    }
  }

  private void send(ApiCalls calls, boolean warning, String reason, String message) {
    String now = Instant.now().toString();
    var metadata = new JsonObject();
    metadata.addProperty("generateName", prefix(Json.text(involved, "name").orElse("")));
    metadata.addProperty("namespace", namespace());
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
    calls.create("/api/v1/namespaces/" + namespace() + "/events", event);
  }

  static String prefix(String name) {
    return name.substring(0, Math.min(name.length(), 200)).replaceAll("[-.]+$", "") + ".";
  }
}
