package io.kuik.e2e.bed;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The cluster's state, asked with kubectl. */
public final class Kube {
  private Kube() {
  }

  /** Runs kubectl and gives what it printed. */
  public static String kubectl(String... arguments) {
    return Bed.run("kubectl", arguments);
  }

  /** Applies a manifest. */
  public static void apply(String yaml) {
    Bed.Result result = Bed.attempt(yaml, "kubectl", "apply", "-f", "-");
    if (result.exit() != 0) {
      throw new AssertionError(result.error() + "\n" + yaml);
    }
  }

  /**
   * Creates what the manifest says and gives the API server's answer; with extra arguments such as
   * --dry-run=server.
   */
  public static JsonObject create(String yaml, String... extra) {
    var arguments = new ArrayList<>(List.of("create", "-f", "-", "-o", "json"));
    arguments.addAll(List.of(extra));
    Bed.Result result = Bed.attempt(yaml, "kubectl", arguments.toArray(String[]::new));
    if (result.exit() != 0) {
      throw new AssertionError(result.error() + "\n" + yaml);
    }
    return JsonParser.parseString(result.output()).getAsJsonObject();
  }

  /** One object; empty if it isn't there. */
  public static Optional<JsonObject> find(String... what) {
    var arguments = new ArrayList<>(List.of("get", "--ignore-not-found", "-o", "json"));
    arguments.addAll(List.of(what));
    String answer = Bed.run("kubectl", arguments.toArray(String[]::new));
    return answer.isBlank()
        ? Optional.empty()
        : Optional.of(JsonParser.parseString(answer).getAsJsonObject());
  }

  /** One object that must be there. */
  public static JsonObject get(String... what) {
    return find(what).orElseThrow(() -> new AssertionError("there is no " + String.join(" ", what)));
  }

  /** All objects that match. */
  public static List<JsonObject> list(String... what) {
    return find(what).map(l -> objects(l, "items")).orElse(List.of());
  }

  /** The CachedImage of an image, by its canonical name. */
  public static Optional<JsonObject> cachedImage(String canonical) {
    return list("cachedimages").stream().filter(i -> text(i, "spec", "sourceImage").equals(canonical))
        .findFirst();
  }

  /** Whether the image is cached. */
  public static boolean cached(String canonical) {
    return cachedImage(canonical).map(i -> text(i, "status", "isCached").equals("true")).orElse(false);
  }

  /** Reason of the condition Cached; empty if there is none yet. */
  public static String reason(JsonObject image) {
    return objects(image, "status", "conditions").stream().filter(c -> text(c, "type").equals("Cached"))
        .map(c -> text(c, "reason")).findFirst().orElse("");
  }

  /** Waits until a Deployment has all its replicas Ready; returns how long that took. */
  public static Duration rollout(String namespace, String deployment, Duration patience) {
    long start = System.nanoTime();
    kubectl("-n", namespace, "rollout", "status", "deployment/" + deployment,
        "--timeout=" + patience.toSeconds() + "s");
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** The text at the end of a path; empty if there is none. */
  public static String text(JsonElement from, String... path) {
    return at(from, path).filter(JsonElement::isJsonPrimitive).map(JsonElement::getAsString).orElse("");
  }

  /** The objects of the array at the end of a path. */
  public static List<JsonObject> objects(JsonElement from, String... path) {
    JsonElement found = at(from, path).orElseGet(JsonArray::new);
    return StreamSupport.stream(found.getAsJsonArray().spliterator(), false).map(JsonElement::getAsJsonObject)
        .toList();
  }

  /** What stands at the end of a path. */
  public static Optional<JsonElement> at(JsonElement from, String... path) {
    JsonElement here = from;
    for (String name : path) {
      if (!here.isJsonObject() || !here.getAsJsonObject().has(name)) {
        return Optional.empty();
      }
      here = here.getAsJsonObject().get(name);
    }
    return Optional.of(here);
  }

  /** The image of a pod's only container. */
  public static String image(JsonObject pod) {
    return text(objects(pod, "spec", "containers").getFirst(), "image");
  }

  /** A pod's label or annotation. */
  public static String mark(JsonObject pod, String kind, String key) {
    return text(pod, "metadata", kind, key);
  }
}
