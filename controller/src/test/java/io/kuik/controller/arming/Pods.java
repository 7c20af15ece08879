package io.kuik.controller.arming;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Instant;

/** Canaries in the states that kubelets report. */
final class Pods {
  static final Instant CREATED = Instant.parse("2026-11-25T12:00:00Z");

  private Pods() {
  }

  /** A canary of the node "n1" with this status. */
  static CanaryPod canary(String status) {
    return CanaryPod.of(json("n1", "uid-n1", "r1", status));
  }

  static JsonObject json(String node, String nodeUid, String revision, String status) {
    JsonObject pod = parse("""
        {'metadata': {'name': 'canary-%s', 'uid': 'pod-%s', 'creationTimestamp': '%s', 'annotations': {
          'kuik.enix.io/canary-node-uid': '%s', 'kuik.enix.io/canary-port': '7439',
          'kuik.enix.io/canary-proxy': '%s'}},
         'spec': {'nodeName': '%s'}}""".formatted(node, node, CREATED, nodeUid, revision, node));
    pod.add("status", parse(status));
    return pod;
  }

  /** The status while a container waits. */
  static String waiting(String reason, String message) {
    var waiting = new JsonObject();
    waiting.addProperty("reason", reason);
    waiting.addProperty("message", message);
    var state = new JsonObject();
    state.add("waiting", waiting);
    var container = new JsonObject();
    container.add("state", state);
    container.addProperty("imageID", "");
    var containers = new JsonArray();
    containers.add(container);
    var status = new JsonObject();
    status.addProperty("phase", "Pending");
    status.add("containerStatuses", containers);
    return status.toString();
  }

  /** The status after the container ended. */
  static String ended(String reason, String imageId) {
    return """
        {'phase': 'Succeeded', 'containerStatuses': [{'imageID': '%s', 'state': {'terminated': {
         'reason': '%s', 'exitCode': 0}}}]}""".formatted(imageId, reason);
  }

  static JsonObject parse(String json) {
    return JsonParser.parseString(json.replace('\'', '"')).getAsJsonObject();
  }
}
