package io.kuik.controller.image;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import io.kuik.model.CopyOutcome;
import io.kuik.model.ImageReference;
import io.kuik.model.Platform;
import io.kuik.registry.DockerConfig;
import java.util.List;
import java.util.stream.Collectors;

/** The Job that copies one image: the chart's template, with what belongs to the image filled in. */
public final class CopyJob {
  /** The label with the CachedImage's name; cut to a label's 63 characters, so only good for people. */
  public static final String IMAGE_LABEL = "kuik.enix.io/cached-image";
  /** The annotation with the whole reference. */
  public static final String SOURCE_ANNOTATION = "kuik.enix.io/source-image";
  /** The annotation with the UID of the registry's pod that the copy goes to. */
  public static final String INCARNATION_ANNOTATION = "kuik.enix.io/registry-incarnation";
  /** The worker's container in the template. */
  public static final String CONTAINER = "cache-worker";

  private static final int LABEL_LIMIT = 63;

  private final JsonObject template;

  /** Checks that the template has the worker's container. */
  public CopyJob(JsonObject template) {
    this.template = template;
    worker(template);
  }

  /**
   * The Job's manifest; with credentials if {@link #secret} is made before.
   *
   * @param mountFrom
   *          repositories of the cache that may have the same layers
   */
  public JsonObject manifest(CachedImage owner, ImageReference image, List<Platform> platforms,
      String incarnation, boolean credentials, List<String> mountFrom) {
    JsonObject job = template.deepCopy();
    JsonObject metadata = child(job, "metadata");
    identify(metadata, owner, image);
    child(metadata, "annotations").addProperty(INCARNATION_ANNOTATION, incarnation);
    mark(child(child(child(job, "spec"), "template"), "metadata"), owner, image);
    var args = new JsonArray();
    args.add("--image=" + image.canonical());
    args.add("--platforms=" + platforms.stream().map(Platform::toString).collect(Collectors.joining(",")));
    if (!mountFrom.isEmpty()) {
      args.add("--mount-from=" + String.join(",", mountFrom));
    }
    JsonObject worker = worker(job);
    Json.texts(worker, "args").forEach(args::add);
    worker.add("args", args);
    if (credentials) {
      args.add(CopySecret.ARGUMENT);
      CopySecret.mount(child(child(child(job, "spec"), "template"), "spec"), worker, ImageNames.job(image));
    }
    child(job, "spec").add("podFailurePolicy", failurePolicy());
    return job;
  }

  /** The Secret's manifest: of the Job's name and labels, with these entries and no others. */
  public JsonObject secret(CachedImage owner, ImageReference image, List<DockerConfig.Entry> entries) {
    JsonObject metadata = Json.object(template, "metadata").deepCopy();
    identify(metadata, owner, image);
    return CopySecret.manifest(metadata, entries);
  }

  private static void identify(JsonObject metadata, CachedImage owner, ImageReference image) {
    metadata.addProperty("name", ImageNames.job(image));
    mark(metadata, owner, image);
    var owners = new JsonArray();
    owners.add(ownerReference(owner));
    metadata.add("ownerReferences", owners);
  }

  private static void mark(JsonObject metadata, CachedImage owner, ImageReference image) {
    child(metadata, "labels").addProperty(IMAGE_LABEL, label(owner.name()));
    child(metadata, "annotations").addProperty(SOURCE_ANNOTATION, image.canonical());
  }

  private static String label(String name) {
    return name.substring(0, Math.min(name.length(), LABEL_LIMIT)).replaceAll("[^a-z0-9]+$", "");
  }

  private static JsonObject ownerReference(CachedImage owner) {
    var reference = new JsonObject();
    reference.addProperty("apiVersion", CachedImage.API_VERSION);
    reference.addProperty("kind", CachedImage.KIND);
    reference.addProperty("name", owner.name());
    reference.addProperty("uid", owner.uid());
    reference.addProperty("controller", true);
    return reference;
  }

  /** What a second try can't change ends the Job at once; an eviction is nobody's failure. */
  private static JsonObject failurePolicy() {
    var values = new JsonArray();
    CopyOutcome.jobEndingExitCodes().forEach(values::add);
    var exitCodes = new JsonObject();
    exitCodes.addProperty("containerName", CONTAINER);
    exitCodes.addProperty("operator", "In");
    exitCodes.add("values", values);
    var terminal = new JsonObject();
    terminal.addProperty("action", "FailJob");
    terminal.add("onExitCodes", exitCodes);
    var disruption = new JsonObject();
    disruption.addProperty("type", "DisruptionTarget");
    var conditions = new JsonArray();
    conditions.add(disruption);
    var ignored = new JsonObject();
    ignored.addProperty("action", "Ignore");
    ignored.add("onPodConditions", conditions);
    var rules = new JsonArray();
    rules.add(terminal);
    rules.add(ignored);
    var policy = new JsonObject();
    policy.add("rules", rules);
    return policy;
  }

  private static JsonObject worker(JsonObject job) {
    return Json.objects(job, "spec", "template", "spec", "containers").stream()
        .filter(c -> Json.text(c, "name").orElse("").equals(CONTAINER)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the Job template has no container " + CONTAINER));
  }

  private static JsonObject child(JsonObject parent, String name) {
    if (!parent.has(name)) {
      parent.add(name, new JsonObject());
    }
    return parent.getAsJsonObject(name);
  }
}
