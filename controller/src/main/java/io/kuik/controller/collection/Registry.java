package io.kuik.controller.collection;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;

/**
 * The registry's StatefulSet, and what its annotations say of garbage collection.
 *
 * @param replicas
 *          how many pods it is to have
 */
public record Registry(String name, String uid, String resourceVersion, int replicas,
    Map<String, String> annotations) {
  /** Whoever sets it to {@code now} asks for a collection; we take it off when it begins, or is refused. */
  public static final String REQUEST = "kuik.enix.io/collect-garbage";
  /** The collection that runs, or the last one: a {@link Run}. */
  public static final String RUN = "kuik.enix.io/garbage-collection";
  /** How many pods the registry had before a collection stopped it; only while one is at work. */
  public static final String REPLICAS = "kuik.enix.io/registry-replicas";
  /** Up to when the schedule has been seen to, and which schedule it was. */
  public static final String SCHEDULE = "kuik.enix.io/garbage-collection-schedule";

  /** Which moments of a schedule are done with. */
  record Seen(Instant until, String schedule) {
    String text() {
      return until + " " + schedule;
    }
  }

  /** Reads the API's JSON. */
  public static Registry of(JsonObject set) {
    // The API server fills a missing number in; only a zero may be left out.
    return new Registry(Json.text(set, "metadata", "name").orElse(""),
        Json.text(set, "metadata", "uid").orElse(""),
        Json.text(set, "metadata", "resourceVersion").orElse(""), (int) Json.number(set, "spec", "replicas"),
        Json.strings(set, "metadata", "annotations"));
  }

  Optional<Run> run() {
    return Optional.ofNullable(annotations.get(RUN)).flatMap(Run::parse);
  }

  Optional<String> request() {
    return Optional.ofNullable(annotations.get(REQUEST));
  }

  /** How many pods it must get back; nothing if no collection is at work. */
  Optional<Integer> wanted() {
    try {
      return Optional.ofNullable(annotations.get(REPLICAS)).map(Integer::valueOf)
          .filter(n -> n > 0 && n < 100);
    } catch (NumberFormatException e) {
      // Somebody else's text; one pod is what the chart makes.
      return Optional.of(1);
    }
  }

  Optional<Seen> seen() {
    String text = annotations.getOrDefault(SCHEDULE, "");
    int space = text.indexOf(' ');
    try {
      return space < 0
          ? Optional.empty()
          : Optional.of(new Seen(Instant.parse(text.substring(0, space)), text.substring(space + 1)));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
