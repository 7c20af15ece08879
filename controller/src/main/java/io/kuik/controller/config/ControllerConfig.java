package io.kuik.controller.config;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.kuik.controller.json.Json;
import io.kuik.controller.pod.LabelSelector;
import io.kuik.controller.pod.PodFilter;
import io.kuik.model.Platform;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/** The controller's settings, as the chart writes them. */
public record ControllerConfig(String namespace, String instance, String fullname, URI registry,
    int proxyPort, RewriteMode rewrite,
    int maxConcurrentCopies, int pullReservePercent, int healingsPerMinute, List<Platform> platforms,
    PodFilter filter,
    ImageFilter images,
    LifeConfig life, GarbageConfig garbage, Set<String> insecureRegistries,
    Optional<Path> certificateAuthorities, boolean canaries) {
  private static final Set<String> KEYS = Set.of("namespace", "instance", "fullname", "registry", "proxyPort",
      "rewrite",
      "maxConcurrentCopies", "pullReservePercent", "healingsPerMinute", "platforms", "ignoredNamespaces",
      "ignoredImages",
      "acceptedImages",
      "ignorePullPolicyAlways", "objectSelector", "ignoredOwners", "insecureRegistries",
      "certificateAuthorities", "expiryDelay", "refreshTags", "refreshInterval", "availabilityInterval",
      "cacheCheckInterval",
      "orphanGrace", "garbageCollectionSchedule", "garbageCollectionObstacle", "canaries");

  private static final Set<String> KNOWN_SELECTOR = Set.of("matchExpressions");

  /** When an image gets another name. */
  public enum RewriteMode {
    /** When the proxy can serve it: it is cached, or its upstream gives it to everybody. */
    SERVABLE,
    /** Only when it is cached. */
    CACHED,
    /** Without asking. */
    ALWAYS
  }

  /** Which images the user wants to have cached. */
  public record ImageFilter(List<Pattern> ignored, List<Pattern> accepted, boolean ignorePullPolicyAlways) {
  }

  /** The labels that everything of this release has, in the order in which they are written. */
  public Map<String, String> labels() {
    var labels = new LinkedHashMap<String, String>();
    labels.put("app.kubernetes.io/name", "kube-image-keeper");
    labels.put("app.kubernetes.io/instance", instance);
    return labels;
  }

  /** Selects everything of this release. */
  public String selector() {
    return labels().entrySet().stream().map(l -> l.getKey() + "=" + l.getValue())
        .collect(Collectors.joining(","));
  }

  /** Reads the file. */
  public static ControllerConfig read(Path file) {
    try {
      return parse(Files.readString(file));
    } catch (IOException e) {
      throw new IllegalArgumentException("can't read the configuration " + file + ": " + e, e);
    }
  }

  /** Reads JSON; the message of an error names the key. */
  public static ControllerConfig parse(String text) {
    JsonObject json = object(text);
    var unknown = new TreeSet<>(json.keySet());
    unknown.removeAll(KEYS);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("the configuration has unknown keys: " + unknown);
    }
    var filter = new PodFilter(Set.copyOf(texts(json, "ignoredNamespaces")), selector(json),
        Set.copyOf(texts(json, "ignoredOwners")));
    var images = new ImageFilter(patterns(json, "ignoredImages"), patterns(json, "acceptedImages"),
        flag(json, "ignorePullPolicyAlways"));
    return new ControllerConfig(text(json, "namespace"), text(json, "instance"), text(json, "fullname"),
        url(json, "registry"),
        number(json, "proxyPort", 1, 65535), mode(text(json, "rewrite")),
        number(json, "maxConcurrentCopies", 1, 1000), number(json, "pullReservePercent", 0, 100),
        number(json, "healingsPerMinute", 0, 100_000),
        platforms(json), filter, images, LifeConfig.of(json), GarbageConfig.of(json),
        Set.copyOf(texts(json, "insecureRegistries")),
        Json.text(json, "certificateAuthorities").filter(t -> !t.isEmpty()).map(Path::of),
        flag(json, "canaries"));
  }

  private static JsonObject object(String text) {
    try {
      return JsonParser.parseString(text).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IllegalArgumentException("the configuration is no JSON object: " + e.getMessage(), e);
    }
  }

  private static String text(JsonObject json, String key) {
    return Json.text(json, key).filter(t -> !t.isEmpty())
        .orElseThrow(() -> new IllegalArgumentException("the configuration lacks the text \"" + key + "\""));
  }

  private static List<String> texts(JsonObject json, String key) {
    Optional<JsonElement> value = Json.at(json, key);
    List<String> texts = Json.texts(json, key);
    if (value.isPresent()
        && !(value.get().isJsonArray() && value.get().getAsJsonArray().size() == texts.size())) {
      throw new IllegalArgumentException("\"" + key + "\" must be a list of texts");
    }
    return texts;
  }

  private static boolean flag(JsonObject json, String key) {
    Optional<JsonElement> value = Json.at(json, key);
    boolean flag = Json.flag(json, key);
    if (value.isPresent() && !value.get().equals(new JsonPrimitive(flag))) {
      throw new IllegalArgumentException("\"" + key + "\" must be true or false");
    }
    return flag;
  }

  private static URI url(JsonObject json, String key) {
    String text = text(json, key);
    try {
      URI url = new URI(text);
      if (url.getHost() != null && Set.of("http", "https").contains(url.getScheme())) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Falls through to the one message for everything that is no URL.
    }
    throw new IllegalArgumentException(
        "\"" + key + "\" must be a URL such as http://registry:5000, not \"" + text + "\"");
  }

  private static List<Platform> platforms(JsonObject json) {
    try {
      return texts(json, "platforms").stream().map(Platform::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"platforms\" can't be read: " + e.getMessage(), e);
    }
  }

  /** A selector that we did not understand would select everything. */
  private static LabelSelector selector(JsonObject json) {
    JsonObject selector = Json.object(json, "objectSelector");
    Optional<JsonElement> given = Json.at(json, "objectSelector");
    if (given.isPresent() && !(given.get().isJsonObject() && KNOWN_SELECTOR.containsAll(selector.keySet()))) {
      throw new IllegalArgumentException("\"objectSelector\" must be an object with matchExpressions only");
    }
    try {
      return LabelSelector.of(selector);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"objectSelector\" can't be read: " + e.getMessage(), e);
    }
  }

  private static int number(JsonObject json, String key, int min, int max) {
    long value = Json.number(json, key);
    boolean isNumber = Json.at(json, key)
        .filter(e -> e.isJsonPrimitive() && e.getAsJsonPrimitive().isNumber())
        .isPresent();
    if (!isNumber || value < min || value > max) {
      throw new IllegalArgumentException("\"" + key + "\" must be a number from " + min + " to " + max);
    }
    return (int) value;
  }

  private static RewriteMode mode(String text) {
    return switch (text) {
      case "Servable" -> RewriteMode.SERVABLE;
      case "Cached" -> RewriteMode.CACHED;
      case "Always" -> RewriteMode.ALWAYS;
      default -> throw new IllegalArgumentException(
          "\"rewrite\" must be Servable, Cached or Always, not \"" + text + "\"");
    };
  }

  private static List<Pattern> patterns(JsonObject json, String key) {
    return texts(json, key).stream().map(text -> {
      try {
        return Pattern.compile(text);
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(
            "\"" + key + "\" has a regular expression that can't be read: " + e.getMessage(), e);
      }
    }).toList();
  }
}
