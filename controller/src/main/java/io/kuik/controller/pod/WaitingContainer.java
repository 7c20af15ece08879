package io.kuik.controller.pod;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A container that waits because its image, or that of a container before it, can't be had. Few containers do
 * at any time, so that what a view keeps of statuses stays small.
 *
 * @param index
 *          its place in the list of statuses, which is not in the order of the specification
 * @param reason
 *          the kubelet's word for it, such as ErrImagePull
 * @param message
 *          what the kubelet or the container runtime says, cut off at a length that no honest one reaches
 */
public record WaitingContainer(String name, boolean init, int index, String reason, String message) {
  /** The reasons for which another name of the image may help. */
  public static final Set<String> REASONS = Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName");

  /** The reason of a container whose turn has not come, because an init container's has not ended. */
  private static final String NOT_BEGUN = "PodInitializing";
  private static final int MESSAGE = 4096;

  /** Empty if none waits for an image; otherwise also those whose turn comes later. */
  static List<WaitingContainer> of(JsonObject status) {
    var found = new ArrayList<WaitingContainer>();
    collect(status, true, found);
    collect(status, false, found);
    return found.stream().allMatch(WaitingContainer::notBegun) ? List.of() : List.copyOf(found);
  }

  /** Whether it waits for another container, not for its image. */
  public boolean notBegun() {
    return reason.equals(NOT_BEGUN);
  }

  private static void collect(JsonObject status, boolean init, List<WaitingContainer> found) {
    List<JsonObject> statuses = Json.objects(status, list(init));
    for (int i = 0; i < statuses.size(); i++) {
      JsonObject waiting = Json.object(statuses.get(i), "state", "waiting");
      String reason = Json.text(waiting, "reason").orElse("");
      if (REASONS.contains(reason) || reason.equals(NOT_BEGUN)) {
        String message = Json.text(waiting, "message").orElse("");
        found.add(new WaitingContainer(Json.text(statuses.get(i), "name").orElse(""), init, i, reason,
            message.substring(0, Math.min(message.length(), MESSAGE))));
      }
    }
  }

  private static String list(boolean init) {
    return init ? "initContainerStatuses" : "containerStatuses";
  }

  /** JSON Pointer to its status in the pod. */
  public String path() {
    return "/status/" + list(init) + "/" + index;
  }
}
