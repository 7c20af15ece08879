package io.kuik.controller.image;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import io.kuik.controller.json.MergePatch;
import io.kuik.model.CacheLocation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A cluster in memory: what is written can be read at once, and each change is told. */
final class MemoryStore implements ImageStore {
  final Map<String, JsonObject> images = new TreeMap<>();
  final Map<String, JsonObject> jobs = new TreeMap<>();
  final Map<String, JsonObject> secrets = new TreeMap<>();
  final Map<String, JsonObject> pods = new TreeMap<>();
  final List<ImagePlan.Note> events = new ArrayList<>();
  final List<String> started = new ArrayList<>();
  /** What Jobs are refused with, and Secrets. */
  Optional<RuntimeException> refusal = Optional.empty();
  Optional<RuntimeException> secretRefusal = Optional.empty();
  /** The names of the CachedImages whose status was written, once for each time. */
  final List<String> written = new ArrayList<>();
  /** Names that the API server knows and we don't yet. */
  final List<String> unseen = new ArrayList<>();

  /** Since when the kind of resource has been there; empty if it isn't. */
  Optional<Instant> kindSince = Optional.of(Instant.EPOCH);
  /** Is told of each CachedImage that goes. */
  Consumer<CachedImage> gone = image -> {
  };
  /** The time that new resources bear. */
  Instant created = Instant.parse("2026-01-01T00:00:00Z");

  /** Hundreds of objects are looked through again and again: the keys of their images, and the pods. */
  private final Map<String, String> keys = new HashMap<>();
  private final Map<JsonObject, WorkerPod> workers = new IdentityHashMap<>();

  private final Consumer<String> changed;
  private int uids;

  MemoryStore(Consumer<String> changed) {
    this.changed = changed;
  }

  void put(String name, String sourceImage) {
    create(Samples.json("{'metadata': {'name': '" + name + "'}, 'spec': {'sourceImage': '" + sourceImage
        + "'}}"));
  }

  CachedImage image(String name) {
    return named(name).orElseThrow();
  }

  @Override
  public List<CachedImage> find(String key) {
    return images.values().stream().filter(i -> key(i).equals(key)).map(CachedImage::of)
        .sorted(Comparator.comparing(CachedImage::name)).toList();
  }

  private String key(JsonObject image) {
    return keys.computeIfAbsent(Json.text(image, "spec", "sourceImage").orElse(""),
        source -> CachedImage.of(image).key());
  }

  @Override
  public List<CachedImage> at(CacheLocation place) {
    return all().stream().filter(i -> i.image().map(CacheLocation::of).filter(place::equals).isPresent())
        .toList();
  }

  @Override
  public List<CachedImage> all() {
    return images.values().stream().map(CachedImage::of).toList();
  }

  @Override
  public Optional<CachedImage> named(String name) {
    return Optional.ofNullable(images.get(name)).map(CachedImage::of);
  }

  @Override
  public Optional<JobView> job(String name) {
    return Optional.ofNullable(jobs.get(name)).map(JobView::of);
  }

  @Override
  public List<WorkerPod> workers(String job) {
    return pods.values().stream().map(p -> workers.computeIfAbsent(p, WorkerPod::of))
        .filter(p -> p.job().equals(job)).toList();
  }

  @Override
  public boolean create(JsonObject cachedImage) {
    String name = Json.text(cachedImage, "metadata", "name").orElseThrow();
    if (unseen.contains(name) || images.containsKey(name)) {
      return false;
    }
    JsonObject copy = cachedImage.deepCopy();
    copy.getAsJsonObject("metadata").addProperty("uid", "image-" + ++uids);
    copy.getAsJsonObject("metadata").addProperty("generation", 1);
    copy.getAsJsonObject("metadata").addProperty("creationTimestamp", created.toString());
    images.put(name, copy);
    changed.accept(CachedImage.of(copy).key());
    return true;
  }

  @Override
  public void delete(CachedImage image) {
    if (named(image.name()).filter(i -> i.uid().equals(image.uid())).isEmpty()) {
      return;
    }
    JsonObject metadata = images.get(image.name()).getAsJsonObject("metadata");
    if (metadata.has("finalizers") && !metadata.getAsJsonArray("finalizers").isEmpty()) {
      metadata.addProperty("deletionTimestamp", created.toString());
      changed.accept(image.key());
    } else {
      images.remove(image.name());
      gone.accept(image);
      changed.accept(image.key());
    }
  }

  @Override
  public boolean release(CachedImage image) {
    images.get(image.name()).getAsJsonObject("metadata").getAsJsonArray("finalizers")
        .remove(image.stated().stuck().orElseThrow());
    delete(image);
    return true;
  }

  /** Changes a CachedImage as a user does. */
  void edit(String name, String patch) {
    MergePatch.apply(images.get(name), Samples.json(patch));
    changed.accept(image(name).key());
  }

  @Override
  public Optional<Instant> kindSince() {
    return kindSince;
  }

  @Override
  public void patchStatus(String name, JsonObject patch) {
    written.add(name);
    MergePatch.apply(images.get(name), patch);
    changed.accept(image(name).key());
  }

  @Override
  public boolean createJob(JsonObject job) {
    String name = Json.text(job, "metadata", "name").orElseThrow();
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    if (unseen.contains(name) || jobs.containsKey(name)) {
      return false;
    }
    JsonObject copy = job.deepCopy();
    copy.getAsJsonObject("metadata").addProperty("uid", "job-" + ++uids);
    jobs.put(name, copy);
    started.add(JobView.of(copy).sourceImage());
    changed.accept(JobView.of(copy).sourceImage());
    return true;
  }

  @Override
  public void deleteJob(String name) {
    JsonObject job = jobs.remove(name);
    if (job != null) {
      changed.accept(JobView.of(job).sourceImage());
    }
  }

  @Override
  public void putSecret(JsonObject secret) {
    if (secretRefusal.isPresent()) {
      throw secretRefusal.get();
    }
    secrets.put(Json.text(secret, "metadata", "name").orElseThrow(), secret.deepCopy());
  }

  @Override
  public void deleteSecret(String name) {
    secrets.remove(name);
  }

  @Override
  public void event(CachedImage about, ImagePlan.Note note) {
    events.add(note);
  }
}
