package io.kuik.controller.collection;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The Job of a garbage collection with its pods: the chart's template, and what has become of it.
 *
 * @param created
 *          when it was made
 * @param failure
 *          why it failed, if it did
 * @param collectorLimit
 *          how long the registry's own collector may take
 */
public record Work(String name, Instant created, boolean complete, Optional<String> failure,
    Duration collectorLimit, List<WorkPod> pods) {
  /** Name of the step, and of its container, that stops the registry. */
  static final String STOP = "stop";
  /** The one that collects. */
  static final String COLLECT = "garbage-collect";
  /** The one that starts the registry again. */
  static final String RESTORE = "restore";
  /** Seconds that the collector may take; Kubernetes has no limit for a single container. */
  static final String COLLECTOR_SECONDS = "kuik.enix.io/collector-seconds";

  private static final Duration COLLECTOR = Duration.ofMinutes(50);

  /** Reads the API's JSON of a Job. */
  public static Work of(JsonObject job, List<WorkPod> pods) {
    Optional<String> failure = Json.objects(job, "status", "conditions").stream().filter(c -> is(c, "Failed"))
        .map(c -> Json.text(c, "reason").orElse("") + ": " + Json.text(c, "message").orElse("")).findFirst();
    return new Work(Json.text(job, "metadata", "name").orElse(""),
        Json.text(job, "metadata", "creationTimestamp").filter(t -> !t.isEmpty()).map(Instant::parse)
            .orElse(Instant.EPOCH),
        Json.objects(job, "status", "conditions").stream().anyMatch(c -> is(c, "Complete")), failure,
        Json.text(job, "metadata", "annotations", COLLECTOR_SECONDS).filter(t -> t.matches("\\d{1,6}"))
            .map(t -> Duration.ofSeconds(Long.parseLong(t))).orElse(COLLECTOR),
        List.copyOf(pods));
  }

  /** What is left of a Job that was deleted. */
  public static Work orphaned(String name, List<WorkPod> pods) {
    return new Work(name, Instant.EPOCH, false, Optional.of("it was deleted before it was done"), COLLECTOR,
        List.copyOf(pods));
  }

  private static boolean is(JsonObject condition, String type) {
    return Json.text(condition, "type").orElse("").equals(type)
        && Json.text(condition, "status").orElse("").equals("True");
  }

  /** The manifest of a Job, by the chart's template. */
  static JsonObject manifest(JsonObject template, String name) {
    JsonObject job = template.deepCopy();
    Json.object(job, "metadata").addProperty("name", name);
    return job;
  }

  /** Whether a pod of it may still touch the registry. */
  boolean atWork() {
    return pods.stream().anyMatch(WorkPod::atWork);
  }

  /** Whether nothing will come of it any more. */
  boolean over() {
    boolean podsOver = !pods.isEmpty() && pods.stream().allMatch(WorkPod::over);
    return !atWork() && (complete || failure.isPresent() || podsOver);
  }

  Optional<WorkPod.Step> step(String container) {
    return pods.stream().flatMap(p -> p.step(container).stream()).findFirst();
  }

  /** Whether one of its steps has begun. */
  boolean begun() {
    return pods.stream().flatMap(p -> p.steps().stream())
        .anyMatch(s -> s.since().isPresent() || s.exitCode().isPresent());
  }

  /** Whether its last step has done its work. */
  boolean succeeded() {
    return complete || step(RESTORE).flatMap(WorkPod.Step::exitCode).filter(c -> c == 0).isPresent();
  }
}
