package io.kuik.controller.pullsecret;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.util.Arrays;
import java.util.Optional;

/**
 * What became of a pull secret, for its users to read.
 *
 * @param secret
 *          namespace and name
 * @param message
 *          more words, if there is more to say; never of the content
 */
public record LookedAt(String secret, State state, String message) {

  /** What it was good for. */
  public enum State {
    MATCHING("Matching"), NOT_MATCHING("NotMatching"), NOT_FOUND("NotFound"), FORBIDDEN(
        "Forbidden"), WRONG_TYPE(
            "WrongType"), TOO_LARGE("TooLarge"), MALFORMED("Malformed"), INVALID("Invalid");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** One word in CamelCase. */
    public String word() {
      return word;
    }

    /** The state with this word. */
    public static Optional<State> of(String word) {
      return Arrays.stream(values()).filter(s -> s.word.equals(word)).findFirst();
    }
  }

  /** Reads what {@link #json} wrote; empty if somebody spoilt it. */
  public static Optional<LookedAt> of(JsonObject json) {
    return State.of(Json.text(json, "state").orElse("")).map(state -> new LookedAt(
        Json.text(json, "name").orElse(""), state, Json.text(json, "message").orElse("")));
  }

  /** As it stands in a CachedImage's status. */
  public JsonObject json() {
    var json = new JsonObject();
    json.addProperty("name", secret);
    json.addProperty("state", state.word);
    if (!message.isEmpty()) {
      json.addProperty("message", message);
    }
    return json;
  }

  /** Whether it could not be made use of, so that somebody may want to mend it. */
  public boolean skipped() {
    return state != State.MATCHING && state != State.NOT_MATCHING;
  }

  /** Secret and state in one. */
  public String words() {
    return secret + " (" + state.word + ")";
  }
}
