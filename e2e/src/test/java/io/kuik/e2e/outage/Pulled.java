package io.kuik.e2e.outage;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Kube;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * What a client on a node got: the test bed's program "pull", which asks the proxy as containerd does.
 *
 * @param end
 *          ok, status, cut, wrong, silent or refused
 * @param step
 *          at which it ended: head, manifest or layer
 * @param status
 *          of the last answer; 0 if there was none
 * @param beginsMs
 *          the longest time that any answer took to begin
 * @param tries
 *          those before the last one
 */
public record Pulled(String end, String step, int status, String retryAfter, String message, long beginsMs,
    long tookMs, long bytes, List<Pulled> tries) {

  /** Asks the proxy of a node for an image: manifests and the last layer. */
  public static Pulled from(String node, String image) {
    return of(JsonParser.parseString(
        Bed.run("nodex", node, Bed.STATE.resolve("bin/pull").toString(), image)).getAsJsonObject());
  }

  /** So many clients at once. */
  public static List<Pulled> many(String node, String image, int clients) {
    return Bed.run("nodex", node, Bed.STATE.resolve("bin/pull").toString(), "-parallel",
        String.valueOf(clients), image).lines()
        .map(l -> of(JsonParser.parseString(l).getAsJsonObject())).toList();
  }

  private static Pulled of(JsonObject json) {
    JsonElement before = Kube.at(json, "tries").orElseGet(JsonArray::new);
    List<Pulled> tries = StreamSupport.stream(before.getAsJsonArray().spliterator(), false)
        .map(t -> of(t.getAsJsonObject())).toList();
    return new Pulled(Kube.text(json, "end"), Kube.text(json, "step"),
        number(json, "status"), Kube.text(json, "retryAfter"), Kube.text(json, "message"),
        number(json, "beginsMs"), number(json, "tookMs"), number(json, "bytes"), tries);
  }

  private static int number(JsonObject json, String name) {
    String text = Kube.text(json, name);
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }

  /** In a few words, for the table. */
  public String words() {
    String result = switch (end) {
      case "ok" -> "right, " + tookMs + " ms";
      case "status" -> status + (retryAfter.isEmpty() ? "" : ", retry after " + retryAfter + " s") + ", "
          + beginsMs + " ms";
      case "cut" -> "cut at the " + step + ", " + tookMs + " ms";
      case "wrong" -> "WRONG BYTES at the " + step + ", " + tookMs + " ms";
      case "silent" -> "NO ANSWER at the " + step + ", " + tookMs + " ms";
      default -> end + " at the " + step + ", " + tookMs + " ms";
    };
    List<String> before = tries.stream().map(Pulled::end).distinct().toList();
    return before.isEmpty()
        ? result
        : result + ", try " + (tries.size() + 1) + " (before: " + String.join(", ", before) + ")";
  }

  @Override
  public String toString() {
    return new Gson().toJson(this);
  }
}
