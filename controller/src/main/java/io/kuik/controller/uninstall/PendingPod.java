package io.kuik.controller.uninstall;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import io.kuik.controller.pod.PodContainer;
import io.kuik.controller.pod.PodView;
import io.kuik.controller.pod.WaitingContainer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A pod that has not begun as a whole.
 *
 * @param version
 *          its resourceVersion
 * @param stages
 *          how far each of its containers is, by name
 */
public record PendingPod(PodView pod, String version, Map<String, Stage> stages) {
  /**
   * The reasons that the kubelet gives while it prepares a container, with the pull of its image: the second
   * one where the pod has init containers.
   */
  private static final Set<String> PREPARING = Set.of("ContainerCreating", "PodInitializing");

  /** How far a container is. */
  enum Stage {
    /** The pod has no node, or a container before this one has not ended. */
    NOT_YET,
    /** The kubelet prepares it, and may be pulling its image. */
    STARTING,
    /** Its image can't be had. */
    FAILING,
    /** Its image is on the node. */
    BEGUN
  }

  /** Reads a pod from the API's JSON. */
  public static PendingPod of(JsonObject json) {
    PodView pod = PodView.of(json);
    return new PendingPod(pod, Json.text(json, "metadata", "resourceVersion").orElse(""),
        pod.node().isEmpty() ? notYet(pod) : stages(pod, json));
  }

  private static Map<String, Stage> notYet(PodView pod) {
    var stages = new HashMap<String, Stage>();
    pod.containers().forEach(c -> stages.put(c.name(), Stage.NOT_YET));
    return stages;
  }

  /** Init containers begin one after the other, in their order, and before all others. */
  private static Map<String, Stage> stages(PodView pod, JsonObject json) {
    var stages = new HashMap<String, Stage>();
    boolean turn = true;
    for (PodContainer container : pod.containers()) {
      JsonObject status = named(json, container, "status", "Statuses");
      stages.put(container.name(), turn ? stage(status) : Stage.NOT_YET);
      turn &= !container.init() || over(status) || serves(json, container, status);
    }
    return stages;
  }

  private static JsonObject named(JsonObject json, PodContainer container, String part, String ending) {
    return Json.objects(json, part, (container.init() ? "initContainer" : "container") + ending).stream()
        .filter(o -> Json.text(o, "name").orElse("").equals(container.name())).findFirst()
        .orElseGet(JsonObject::new);
  }

  private static Stage stage(JsonObject status) {
    String reason = Json.text(status, "state", "waiting", "reason").orElse("");
    if (WaitingContainer.REASONS.contains(reason)) {
      return Stage.FAILING;
    }
    boolean unknown = Json.object(status, "state").isEmpty();
    return unknown || PREPARING.contains(reason) ? Stage.STARTING : Stage.BEGUN;
  }

  private static boolean over(JsonObject status) {
    return Json.at(status, "state", "terminated").isPresent()
        && Json.number(status, "state", "terminated", "exitCode") == 0;
  }

  /** Whether it is a sidecar that has started: the kubelet says "started" of other init containers, too. */
  private static boolean serves(JsonObject json, PodContainer container, JsonObject status) {
    JsonObject spec = named(json, container, "spec", "s");
    return Json.text(spec, "restartPolicy").orElse("").equals("Always") && Json.flag(status, "started");
  }

  /** The containers at one of these stages. */
  List<PodContainer> containers(Set<Stage> wanted) {
    return pod.containers().stream().filter(c -> wanted.contains(stages.get(c.name()))).toList();
  }
}
