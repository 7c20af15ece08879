package io.kuik.controller.collection;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The pod of a garbage collection.
 *
 * @param scheduled
 *          whether it has a node; without one none of its steps can have begun
 * @param over
 *          whether none of its steps can begin or go on any more
 */
public record WorkPod(String name, boolean scheduled, boolean over, List<Step> steps) {
  /**
   * A step: one of its containers.
   *
   * @param since
   *          when it began, if it runs
   * @param exitCode
   *          how it ended, if it did
   * @param words
   *          what it left behind, or why it waits
   */
  public record Step(String name, Optional<Instant> since, Optional<Integer> exitCode, String words) {
    boolean failed() {
      return exitCode.filter(c -> c != 0).isPresent();
    }
  }

  /** Reads the API's JSON. */
  public static WorkPod of(JsonObject pod) {
    String phase = Json.text(pod, "status", "phase").orElse("");
    return new WorkPod(Json.text(pod, "metadata", "name").orElse(""),
        !Json.text(pod, "spec", "nodeName").orElse("").isEmpty(),
        phase.equals("Succeeded") || phase.equals("Failed"),
        Stream.concat(Json.objects(pod, "status", "initContainerStatuses").stream(),
            Json.objects(pod, "status", "containerStatuses").stream()).map(WorkPod::step).toList());
  }

  private static Step step(JsonObject status) {
    JsonObject state = Json.object(status, "state");
    Optional<Integer> exitCode = Json.at(state, "terminated").map(t -> (int) Json.number(t, "exitCode"));
    String reason = Json.text(state, "terminated", "reason").or(() -> Json.text(state, "waiting", "reason"))
        .orElse("");
    String message = Json.text(state, "terminated", "message")
        .or(() -> Json.text(state, "waiting", "message"))
        .orElse("");
    return new Step(Json.text(status, "name").orElse(""),
        Json.text(state, "running", "startedAt").flatMap(WorkPod::time), exitCode,
        message.isEmpty() ? reason : message);
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** Whether the registry must be left as it is: a step runs, or may begin. */
  boolean atWork() {
    return scheduled && !over;
  }

  Optional<Step> step(String container) {
    return steps.stream().filter(s -> s.name().equals(container)).findFirst();
  }
}
