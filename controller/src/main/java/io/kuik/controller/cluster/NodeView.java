package io.kuik.controller.cluster;

import com.google.gson.JsonObject;
import io.kuik.controller.arming.Node;
import io.kuik.controller.json.Json;
import io.kuik.model.Platform;
import java.util.Optional;

/** A node, as far as images go. */
record NodeView(Node node, Optional<Platform> platform) {
  static NodeView of(JsonObject json) {
    boolean ready = Json.objects(json, "status", "conditions").stream()
        .anyMatch(c -> Json.text(c, "type").orElse("").equals("Ready")
            && Json.text(c, "status").orElse("").equals("True"));
    String os = Json.text(json, "status", "nodeInfo", "operatingSystem").orElse("");
    String architecture = Json.text(json, "status", "nodeInfo", "architecture").orElse("");
    // The kubelet sets the label on Windows only; there a container runs on the same build as its image.
    Optional<String> version = Json.text(json, "metadata", "labels", "node.kubernetes.io/windows-build");
    Optional<Platform> platform = os.isEmpty() || architecture.isEmpty()
        ? Optional.empty()
        : Optional.of(new Platform(os, version, architecture, Optional.empty()));
    return new NodeView(
        new Node(Json.text(json, "metadata", "name").orElse(""),
            Json.text(json, "metadata", "uid").orElse(""), ready, os.equals("linux")),
        platform);
  }
}
