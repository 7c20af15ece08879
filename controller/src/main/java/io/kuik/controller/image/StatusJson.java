package io.kuik.controller.image;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.kuik.controller.image.CachedImage.Condition;
import io.kuik.controller.image.CachedImage.Status;
import io.kuik.controller.image.CachedImage.Stay;
import io.kuik.controller.image.CachedImage.Upstream;
import io.kuik.controller.image.CachedImage.Usage;
import io.kuik.controller.json.Json;
import io.kuik.controller.pullsecret.LookedAt;
import io.kuik.controller.pullsecret.ObjectName;
import io.kuik.model.CacheLocation;
import io.kuik.model.Platform;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A CachedImage in the API's JSON, and its status as the patch that writes it. */
final class StatusJson {
  private StatusJson() {
  }

  static CachedImage read(JsonObject json) {
    JsonObject metadata = Json.object(json, "metadata");
    JsonObject spec = Json.object(json, "spec");
    JsonObject status = Json.object(json, "status");
    long generation = Json.number(metadata, "generation");
    var stated = new CachedImage.Stated(time(metadata, "creationTimestamp").orElse(Instant.EPOCH),
        Json.flag(spec, "retain"), Json.text(metadata, "annotations", CachedImage.REFRESH).orElse(""),
        stuck(metadata));
    var image = new CachedImage(text(metadata, "name"), text(metadata, "uid"), generation,
        text(spec, "sourceImage"), pullSecrets(spec), stated, status(status));
    boolean current = Json.number(status, "observedGeneration") == generation
        || isAt(image, image.status().location());
    return current
        ? image
        : new CachedImage(image.name(), image.uid(), generation, image.sourceImage(), image.pullSecrets(),
            stated, image.status().ofAnotherImage());
  }

  private static OptionalInt stuck(JsonObject metadata) {
    int place = Json.texts(metadata, "finalizers").indexOf(CachedImage.FINALIZER_OF_VERSION_1);
    return place < 0 || text(metadata, "deletionTimestamp").isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(place);
  }

  private static boolean isAt(CachedImage image, String location) {
    return image.image().stream().flatMap(i -> Stream.of(CacheLocation.of(i), CacheLocation.ofPrivate(i)))
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
    var stay = new Stay(time(status, "lastUsedTime"), time(status, "expiresAt"));
    var upstream = new Upstream(text(status, "upstreamDigest"), time(status, "lastRefreshTime"),
        text(status, "lastHandledRefresh"), condition(status, Condition.UPSTREAM));
    return new Status(Json.flag(status, "isCached"), text(status, "digest"), Json.number(status, "size"),
        text(status, "location"), text(status, "registryIncarnation"),
        Json.texts(status, "platforms").stream().flatMap(p -> platform(p).stream()).toList(), usage, stay,
        upstream, (int) Json.number(status, "attempts"), time(status, "nextAttemptTime"),
        time(status, "lastCopyTime"), text(status, "lastJobUID"),
        // It will be deleted: a status that somebody spoilt must not name another Secret.
        Json.text(status, "jobSecret").filter(ImageNames::isJob).orElse(""),
        Json.objects(status, "pullSecrets").stream().flatMap(l -> LookedAt.of(l).stream()).toList(),
        condition(status, Condition.CACHED));
  }

  /** One resource that somebody spoilt must not keep us from reading the others. */
  private static Optional<Platform> platform(String text) {
    try {
      return Optional.of(Platform.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Condition> condition(JsonObject status, String type) {
    return Json.objects(status, "conditions").stream().filter(c -> text(c, "type").equals(type)).findFirst()
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

  static JsonObject patch(Status status, long generation) {
    var json = new JsonObject();
    json.addProperty("observedGeneration", generation);
    json.addProperty("isCached", status.cached());
    json.addProperty("digest", emptyToNull(status.digest()));
    json.addProperty("size", status.size() == 0 ? null : status.size());
    json.addProperty("location", emptyToNull(status.location()));
    json.addProperty("access",
        !status.cached() ? null : status.open() ? "Public" : status.secluded() ? "Private" : null);
    json.addProperty("registryIncarnation", emptyToNull(status.incarnation()));
    var platforms = new JsonArray();
    status.platforms().forEach(p -> platforms.add(p.toString()));
    json.add("platforms", platforms);
    json.addProperty("attempts", status.attempts());
    json.addProperty("nextAttemptTime", timeOrNull(status.nextAttempt()));
    json.addProperty("lastCopyTime", timeOrNull(status.lastCopy()));
    json.addProperty("lastJobUID", emptyToNull(status.lastJob()));
    json.addProperty("jobSecret", emptyToNull(status.jobSecret()));
    var secrets = new JsonArray();
    status.pullSecrets().forEach(s -> secrets.add(s.json()));
    json.add("pullSecrets", secrets);
    json.add("usedBy", usedBy(status.usage()));
    json.addProperty("lastUsedTime", timeOrNull(status.stay().lastUsed()));
    json.addProperty("expiresAt", timeOrNull(status.stay().expiresAt()));
    json.addProperty("upstreamDigest", emptyToNull(status.upstream().digest()));
    json.addProperty("lastRefreshTime", timeOrNull(status.upstream().asked()));
    json.addProperty("lastHandledRefresh", emptyToNull(status.upstream().handled()));
    json.add("conditions", conditions(status, generation));
    var patch = new JsonObject();
    patch.add("status", json);
    return patch;
  }

  private static JsonObject usedBy(Usage usage) {
    var pods = new JsonArray();
    usage.pods().forEach(p -> {
      var pod = new JsonObject();
      pod.addProperty("namespacedName", p);
      pods.add(pod);
    });
    var usedBy = new JsonObject();
    usedBy.addProperty("count", usage.count());
    usedBy.add("pods", pods);
    return usedBy;
  }

  private static JsonArray conditions(Status status, long generation) {
    var conditions = new JsonArray();
    status.condition().ifPresent(c -> conditions.add(condition(Condition.CACHED, c, generation)));
    status.upstream().condition()
        .ifPresent(c -> conditions.add(condition(Condition.UPSTREAM, c, generation)));
    return conditions;
  }

  private static JsonObject condition(String type, Condition condition, long generation) {
    var json = new JsonObject();
    json.addProperty("type", type);
    json.addProperty("status", condition.status());
    json.addProperty("reason", condition.reason());
    json.addProperty("message", condition.message());
    json.addProperty("lastTransitionTime", condition.transition().toString());
    json.addProperty("observedGeneration", generation);
    return json;
  }

  private static @Nullable String timeOrNull(Optional<Instant> time) {
    return time.map(Instant::toString).orElse(null);
  }

  private static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
