package io.kuik.controller.collection;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.kuik.controller.json.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * One garbage collection, as it stands in an annotation of the registry's StatefulSet: so that another leader
 * goes on where one ended, and so that {@code kubectl describe} shows it.
 *
 * @param job
 *          the Job's name
 * @param trigger
 *          why it runs, in words
 * @param ended
 *          when it was over
 * @param message
 *          what became of it
 */
public record Run(State state, String job, String trigger, Instant begun, Optional<Instant> ended,
    String message) {
  private static final DateTimeFormatter SUFFIX = DateTimeFormatter.ofPattern("yyyyMMddHHmmss")
      .withZone(ZoneOffset.UTC);

  /** How far it is. */
  public enum State {
    /** Copies are paused; its Job is made when those that run have ended. */
    WAITING("Waiting"),
    /** Its Job is at work. */
    RUNNING("Running"),
    /** It did what it had to. */
    SUCCEEDED("Succeeded"),
    /** It did not; the message says why. */
    FAILED("Failed");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** The word in the annotation, and the label of the metric. */
    public String word() {
      return word;
    }

    static Optional<State> of(String word) {
      return java.util.Arrays.stream(values()).filter(s -> s.word.equals(word)).findFirst();
    }
  }

  /** A new one. */
  static Run begin(String prefix, String trigger, Instant now) {
    return new Run(State.WAITING, prefix + "-gc-" + SUFFIX.format(now), trigger, seconds(now),
        Optional.empty(),
        "waits for copies that run");
  }

  private static Instant seconds(Instant time) {
    return Instant.ofEpochSecond(time.getEpochSecond());
  }

  Run running() {
    return new Run(State.RUNNING, job, trigger, begun, Optional.empty(), "its Job is at work");
  }

  /** The same with what will be said of it when it is over. */
  Run because(String why) {
    return new Run(state, job, trigger, begun, Optional.empty(), why);
  }

  Run over(boolean succeeded, String what, Instant now) {
    return new Run(succeeded ? State.SUCCEEDED : State.FAILED, job, trigger, begun, Optional.of(seconds(now)),
        what);
  }

  /** Whether it isn't over: copies are paused. */
  public boolean active() {
    return state == State.WAITING || state == State.RUNNING;
  }

  /** Reads the annotation; one that can't be read was never ours. */
  static Optional<Run> parse(String annotation) {
    try {
      JsonObject json = JsonParser.parseString(annotation).getAsJsonObject();
      return Json.text(json, "state").flatMap(State::of).map(state -> new Run(state,
          Json.text(json, "job").orElse(""), Json.text(json, "trigger").orElse(""),
          Json.text(json, "begun").map(Instant::parse).orElse(Instant.EPOCH),
          Json.text(json, "ended").map(Instant::parse), Json.text(json, "message").orElse("")));
    } catch (JsonParseException | IllegalStateException | DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** The annotation. */
  String json() {
    var json = new JsonObject();
    json.addProperty("state", state.word);
    json.addProperty("job", job);
    json.addProperty("trigger", trigger);
    json.addProperty("begun", begun.toString());
    ended.ifPresent(t -> json.addProperty("ended", t.toString()));
    json.addProperty("message", message);
    return json.toString();
  }
}
