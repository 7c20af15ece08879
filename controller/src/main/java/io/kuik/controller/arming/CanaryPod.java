package io.kuik.controller.arming;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.time.Instant;
import java.util.Optional;

/**
 * What we know of a canary.
 *
 * @param node
 *          name of the node that it is bound to, {@code nodeUid} the one that was meant
 * @param proxy
 *          revision of the proxy's pod that it is to reach
 * @param imageId
 *          the image's digest as the runtime knows it; empty until it has the image
 * @param begun
 *          whether its container is running, or has run
 * @param waiting
 *          why its container waits, in the kubelet's word
 * @param said
 *          what the kubelet says beyond that
 */
public record CanaryPod(String name, String uid, String node, String nodeUid, int port, String proxy,
    Instant created, boolean terminating, String phase, String imageId, boolean begun, String waiting,
    String said) {
  /** The component in its labels. */
  public static final String COMPONENT = "canary";
  static final String NODE_ANNOTATION = "kuik.enix.io/canary-node-uid";
  static final String PORT_ANNOTATION = "kuik.enix.io/canary-port";
  static final String PROXY_ANNOTATION = "kuik.enix.io/canary-proxy";
  /** The kubelet's word for a container that it has lost sight of. */
  private static final String LOST = "ContainerStatusUnknown";

  /** Reads the API's JSON. */
  public static CanaryPod of(JsonObject pod) {
    JsonObject metadata = Json.object(pod, "metadata");
    JsonObject status = Json.object(pod, "status");
    JsonObject container = Json.objects(status, "containerStatuses").stream().findFirst()
        .orElseGet(JsonObject::new);
    JsonObject state = Json.object(container, "state");
    boolean ended = Json.at(state, "terminated").isPresent()
        && !text(state, "terminated", "reason").equals(LOST);
    String waiting = text(state, "waiting", "reason");
    return new CanaryPod(text(metadata, "name"), text(metadata, "uid"), text(pod, "spec", "nodeName"),
        text(metadata, "annotations", NODE_ANNOTATION), port(text(metadata, "annotations", PORT_ANNOTATION)),
        text(metadata, "annotations", PROXY_ANNOTATION), created(metadata),
        metadata.has("deletionTimestamp"), text(status, "phase"), text(container, "imageID"),
        ended || Json.at(state, "running").isPresent(), waiting, said(status, state));
  }

  private static String text(JsonObject from, String... path) {
    return Json.text(from, path).orElse("");
  }

  private static int port(String text) {
    return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
  }

  private static Instant created(JsonObject metadata) {
    return Json.text(metadata, "creationTimestamp").map(Instant::parse).orElse(Instant.EPOCH);
  }

  /** The container's own message, or else the pod's. */
  private static String said(JsonObject status, JsonObject state) {
    return Json.text(state, "waiting", "message").filter(m -> !m.isEmpty())
        .or(() -> Optional.of(text(status, "reason") + ": " + text(status, "message"))
            .filter(m -> !m.equals(": ")))
        .orElse("");
  }
}
