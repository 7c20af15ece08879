package io.kuik.controller.image;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.util.Optional;

/**
 * What we know of a copy Job's pod.
 *
 * @param job
 *          name of its Job
 * @param jobUid
 *          UID of its Job: a Job of the same name may have been there before
 * @param terminated
 *          how the worker's container ended; empty while it runs or waits
 * @param waiting
 *          why the container waits, such as ErrImagePull; empty if it doesn't
 */
public record WorkerPod(String name, String job, String jobUid, String created, Optional<End> terminated,
    String waiting) {
  /** The end of a container. */
  public record End(int exitCode, String reason, String message) {
  }

  /** Reads the API's JSON. */
  public static WorkerPod of(JsonObject pod) {
    JsonObject state = Json.objects(pod, "status", "containerStatuses").stream()
        .filter(c -> Json.text(c, "name").orElse("").equals(CopyJob.CONTAINER)).findFirst()
        .map(c -> Json.object(c, "state")).orElseGet(JsonObject::new);
    Optional<End> end = Json.at(state, "terminated").map(t -> new End((int) Json.number(t, "exitCode"),
        Json.text(t, "reason").orElse(""), Json.text(t, "message").orElse("")));
    return new WorkerPod(Json.text(pod, "metadata", "name").orElse(""),
        Json.text(pod, "metadata", "labels", "batch.kubernetes.io/job-name").orElse(""),
        Json.text(pod, "metadata", "labels", "batch.kubernetes.io/controller-uid").orElse(""),
        Json.text(pod, "metadata", "creationTimestamp").orElse(""), end,
        Json.text(state, "waiting", "reason").orElse("")
            + Json.text(state, "waiting", "message").map(m -> ": " + m).orElse(""));
  }
}
