package io.kuik.controller.image;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import io.kuik.controller.pullsecret.LookedAt;
import io.kuik.controller.pullsecret.ObjectName;
import io.kuik.model.CacheLocation;
import io.kuik.model.ImageReference;
import io.kuik.model.InvalidReferenceException;
import io.kuik.model.Platform;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A CachedImage resource: the spec is its users', the status is ours.
 *
 * @param pullSecrets
 *          those that its spec names
 */
public record CachedImage(String name, String uid, long generation, String sourceImage,
    List<ObjectName> pullSecrets, Status status) {
  /** The resource's group and version. */
  public static final String API_VERSION = "kuik.enix.io/v1alpha1";
  /** The resource's kind. */
  public static final String KIND = "CachedImage";

  /**
   * What we know of the image.
   *
   * @param incarnation
   *          UID of the registry's pod when the image was last seen there: another pod may have another
   *          volume
   * @param platforms
   *          for which the copy was made
   * @param lastJob
   *          UID of the Job whose end was last taken note of
   * @param jobSecret
   *          name of the Secret that was made for a copy and is still to be deleted
   * @param pullSecrets
   *          that were looked at for the last copy
   */
  public record Status(boolean cached, String digest, long size, String location, String incarnation,
      List<Platform> platforms, Usage usage, int attempts, Optional<Instant> nextAttempt,
      Optional<Instant> lastCopy,
      String lastJob, String jobSecret, List<LookedAt> pullSecrets, Optional<Condition> condition) {
    /** The status of an image that nobody has looked at yet. */
    public static final Status NONE = new Status(false, "", 0, "", "", List.of(), Usage.NONE, 0,
        Optional.empty(),
        Optional.empty(), "", "", List.of(), Optional.empty());

    /** Whether what is cached may be handed out to everybody; not known of a copy that left no report. */
    public boolean open() {
      return !location.isEmpty() && !secluded();
    }

    /** Whether the copy is kept apart, because the registry does not hand the image out to everybody. */
    boolean secluded() {
      return location.startsWith(CacheLocation.PRIVATE + "/");
    }

    /** Where the image is, or would be. */
    CacheLocation place(ImageReference image) {
      return secluded() ? CacheLocation.ofPrivate(image) : CacheLocation.of(image);
    }

    Status withUsage(Usage next) {
      return new Status(cached, digest, size, location, incarnation, platforms, next, attempts, nextAttempt,
          lastCopy,
          lastJob, jobSecret, pullSecrets, condition);
    }

    Status withPullSecrets(List<LookedAt> looked, String secret) {
      return new Status(cached, digest, size, location, incarnation, platforms, usage, attempts, nextAttempt,
          lastCopy, lastJob, secret, looked, condition);
    }

    Status withCondition(Condition next) {
      return new Status(cached, digest, size, location, incarnation, platforms, usage, attempts, nextAttempt,
          lastCopy,
          lastJob, jobSecret, pullSecrets, Optional.of(next.since(condition)));
    }

    Status seenIn(String registryIncarnation) {
      return new Status(cached, digest, size, location, registryIncarnation, platforms, usage, attempts,
          nextAttempt,
          lastCopy, lastJob, jobSecret, pullSecrets, condition);
    }

    Status duplicate(String first, Instant now) {
      return withCondition(new Condition("False", "Duplicate",
          "CachedImage " + first + " names the same image and is the one that counts: delete this one", now));
    }

    /** What is left of the status when the spec names another image than before. */
    Status ofAnotherImage() {
      return new Status(false, "", 0, "", "", List.of(), usage, 0, Optional.empty(), Optional.empty(),
          lastJob, jobSecret, List.of(), Optional.empty());
    }

    Status lost() {
      return new Status(false, digest, size, location, "", platforms, usage, 0, Optional.empty(), lastCopy,
          lastJob, jobSecret, pullSecrets, condition);
    }
  }

  /**
   * Who uses the image.
   *
   * @param pods
   *          at most {@link #SHOWN} of them, as namespace/name
   */
  public record Usage(int count, List<String> pods) {
    /** Enough for a user to see who it is; a list of thousands would be written at each change of one. */
    public static final int SHOWN = 20;
    static final Usage NONE = new Usage(0, List.of());

    static Usage of(List<String> pods) {
      return new Usage(pods.size(), pods.stream().sorted().limit(SHOWN).toList());
    }
  }

  /** The condition {@code Cached}. */
  public record Condition(String status, String reason, String message, Instant transition) {
    /** The condition's type. */
    public static final String TYPE = "Cached";

    /** Keeps the transition time of a condition whose status stays the same. */
    Condition since(Optional<Condition> before) {
      return before.filter(b -> b.status.equals(status))
          .map(b -> new Condition(status, reason, message, b.transition))
          .orElse(this);
    }
  }

  /** The image that it names; empty if that can't be read. */
  public Optional<ImageReference> image() {
    try {
      return Optional.of(ImageReference.parse(sourceImage));
    } catch (InvalidReferenceException e) {
      return Optional.empty();
    }
  }

  /** What images and their pods are matched by: the canonical reference, or the text itself if it is none. */
  public String key() {
    return image().map(ImageReference::canonical).orElse(sourceImage);
  }

  /** Reads the API's JSON. */
  public static CachedImage of(JsonObject json) {
    JsonObject status = Json.object(json, "status");
    long generation = Json.number(json, "metadata", "generation");
    var image = new CachedImage(text(Json.object(json, "metadata"), "name"),
        text(Json.object(json, "metadata"), "uid"), generation,
        text(Json.object(json, "spec"), "sourceImage"), pullSecrets(Json.object(json, "spec")),
        status(status));
    boolean current = Json.number(status, "observedGeneration") == generation
        || image.isAt(image.status.location);
    return current
        ? image
        : new CachedImage(image.name, image.uid, generation, image.sourceImage, image.pullSecrets,
            image.status.ofAnotherImage());
  }

  private boolean isAt(String location) {
    return image().stream().flatMap(i -> Stream.of(CacheLocation.of(i), CacheLocation.ofPrivate(i)))
        .anyMatch(l -> location.equals(l.repository() + ":" + l.tag()));
  }

  private static List<ObjectName> pullSecrets(JsonObject spec) {
    String namespace = text(spec, "pullSecretsNamespace");
    return Json.texts(spec, "pullSecretNames").stream().map(n -> new ObjectName(namespace, n)).toList();
  }

  private static Status status(JsonObject status) {
    var usage = new Usage((int) Json.number(status, "usedBy", "count"),
        Json.objects(status, "usedBy", "pods").stream()
            .map(p -> Json.text(p, "namespacedName").orElse("")).toList());
    return new Status(Json.flag(status, "isCached"), text(status, "digest"), Json.number(status, "size"),
        text(status, "location"), text(status, "registryIncarnation"),
        Json.texts(status, "platforms").stream().flatMap(p -> platform(p).stream()).toList(), usage,
        (int) Json.number(status, "attempts"), time(status, "nextAttemptTime"), time(status, "lastCopyTime"),
        text(status, "lastJobUID"),
        // It will be deleted: a status that somebody spoilt must not name another Secret.
        Json.text(status, "jobSecret").filter(ImageNames::isJob).orElse(""),
        Json.objects(status, "pullSecrets").stream().flatMap(l -> LookedAt.of(l).stream()).toList(),
        condition(status));
  }

  /** One resource that somebody spoilt must not keep us from reading the others. */
  private static Optional<Platform> platform(String text) {
    try {
      return Optional.of(Platform.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Condition> condition(JsonObject status) {
    return Json.objects(status, "conditions").stream().filter(c -> text(c, "type").equals(Condition.TYPE))
        .findFirst()
        .map(c -> new Condition(text(c, "status"), text(c, "reason"), text(c, "message"),
            time(c, "lastTransitionTime").orElse(Instant.EPOCH)));
  }

  private static Optional<Instant> time(JsonObject from, String name) {
    try {
      return Json.text(from, name).map(Instant::parse);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static String text(JsonObject from, String name) {
    return Json.text(from, name).orElse("");
  }

  /** A new resource for an image that a pod uses. */
  public static JsonObject manifest(String name, ImageReference image) {
    var metadata = new JsonObject();
    metadata.addProperty("name", name);
    var spec = new JsonObject();
    spec.addProperty("sourceImage", image.canonical());
    var json = new JsonObject();
    json.addProperty("apiVersion", API_VERSION);
    json.addProperty("kind", KIND);
    json.add("metadata", metadata);
    json.add("spec", spec);
    return json;
  }

  /** The whole status as a merge patch; what is not known is null, so that an old value goes. */
  public static JsonObject statusPatch(Status status, long generation) {
    var json = new JsonObject();
    json.addProperty("observedGeneration", generation);
    json.addProperty("isCached", status.cached);
    json.addProperty("digest", emptyToNull(status.digest));
    json.addProperty("size", status.size == 0 ? null : status.size);
    json.addProperty("location", emptyToNull(status.location));
    json.addProperty("access",
        !status.cached ? null : status.open() ? "Public" : status.secluded() ? "Private" : null);
    json.addProperty("registryIncarnation", emptyToNull(status.incarnation));
    var platforms = new JsonArray();
    status.platforms.forEach(p -> platforms.add(p.toString()));
    json.add("platforms", platforms);
    json.addProperty("attempts", status.attempts);
    json.addProperty("nextAttemptTime", status.nextAttempt.map(Instant::toString).orElse(null));
    json.addProperty("lastCopyTime", status.lastCopy.map(Instant::toString).orElse(null));
    json.addProperty("lastJobUID", emptyToNull(status.lastJob));
    json.addProperty("jobSecret", emptyToNull(status.jobSecret));
    var secrets = new JsonArray();
    status.pullSecrets.forEach(s -> secrets.add(s.json()));
    json.add("pullSecrets", secrets);
    json.add("usedBy", usedBy(status.usage));
    status.condition.ifPresent(c -> json.add("conditions", conditions(c, generation)));
    var patch = new JsonObject();
    patch.add("status", json);
    return patch;
  }

  private static JsonObject usedBy(Usage usage) {
    var pods = new JsonArray();
    usage.pods.forEach(p -> {
      var pod = new JsonObject();
      pod.addProperty("namespacedName", p);
      pods.add(pod);
    });
    var usedBy = new JsonObject();
    usedBy.addProperty("count", usage.count);
    usedBy.add("pods", pods);
    return usedBy;
  }

  private static JsonArray conditions(Condition condition, long generation) {
    var json = new JsonObject();
    json.addProperty("type", Condition.TYPE);
    json.addProperty("status", condition.status);
    json.addProperty("reason", condition.reason);
    json.addProperty("message", condition.message);
    json.addProperty("lastTransitionTime", condition.transition.toString());
    json.addProperty("observedGeneration", generation);
    var conditions = new JsonArray();
    conditions.add(json);
    return conditions;
  }

  private static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
