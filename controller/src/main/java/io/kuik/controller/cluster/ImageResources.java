package io.kuik.controller.cluster;

import com.google.gson.JsonObject;
import io.kuik.controller.image.CachedImage;
import io.kuik.controller.image.ImagePlan;
import io.kuik.controller.image.ImageStore;
import io.kuik.controller.image.JobView;
import io.kuik.controller.image.WorkerPod;
import io.kuik.controller.json.Json;
import io.kuik.controller.json.JsonPatch;
import io.kuik.model.CacheLocation;
import io.kuik.model.ImageReference;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** CachedImages, copy Jobs and their Events in the cluster. */
public final class ImageResources implements ImageStore {
  static final String PATH = "/apis/kuik.enix.io/v1alpha1/cachedimages";
  private static final String DEFINITION = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"
      + "cachedimages.kuik.enix.io";

  /** It is gone, or another one than it was. */
  private static final Set<Integer> MOVED_ON = Set.of(404, 409, 422);

  private final ApiCalls calls;
  private final String namespace;
  private final String jobPath;
  private final String secretPath;
  private final Watched<CachedImage> images;
  private final Watched<JobView> jobs;
  private final Index<CachedImage> imagesByKey;
  private final Index<CachedImage> imagesByPlace;
  private final Index<OwnPod> podsByJob;

  ImageResources(ApiCalls calls, String namespace, Watched<CachedImage> images, Watched<JobView> jobs,
      Watched<OwnPod> pods) {
    this.calls = calls;
    this.namespace = namespace;
    this.jobPath = "/apis/batch/v1/namespaces/" + namespace + "/jobs";
    this.secretPath = "/api/v1/namespaces/" + namespace + "/secrets";
    this.images = images;
    this.jobs = jobs;
    this.imagesByKey = new Index<>(images, CachedImage::name, CachedImage::key);
    this.imagesByPlace = new Index<>(images, CachedImage::name,
        i -> i.image().map(CacheLocation::of).map(ImageResources::text).orElse(""));
    this.podsByJob = new Index<>(pods, p -> p.pod().key(), p -> p.worker().job());
  }

  @Override
  public List<CachedImage> find(String key) {
    return imagesByKey.find(key);
  }

  private static String text(CacheLocation place) {
    return place.repository() + ":" + place.tag();
  }

  @Override
  public List<CachedImage> at(CacheLocation place) {
    return imagesByPlace.find(text(place));
  }

  /**
   * Whether the image is cached for everybody, and was seen in the registry that runs now.
   *
   * @param incarnation
   *          UID of that registry's pod; empty while none is Ready
   */
  public boolean cachedForAll(ImageReference image, Optional<String> incarnation) {
    return incarnation.isPresent() && find(image.canonical()).stream().map(CachedImage::status)
        .anyMatch(s -> s.cached() && s.open() && s.incarnation().equals(incarnation.get()));
  }

  @Override
  public List<CachedImage> all() {
    return List.copyOf(images.all());
  }

  @Override
  public Optional<CachedImage> named(String name) {
    return images.find(name);
  }

  /** The copy Jobs that have not ended. */
  List<String> runningJobs() {
    return jobs.all().stream().filter(j -> !j.complete() && !j.failed()).map(JobView::name).toList();
  }

  /** The images that a Job is copying now, by the reference in the Job. */
  public List<String> beingCopied() {
    return jobs.all().stream().filter(j -> !j.complete() && !j.failed()).map(JobView::sourceImage)
        .filter(s -> !s.isEmpty()).toList();
  }

  @Override
  public Optional<JobView> job(String name) {
    return jobs.find(namespace + "/" + name);
  }

  @Override
  public List<WorkerPod> workers(String job) {
    return podsByJob.find(job).stream().map(OwnPod::worker).toList();
  }

  @Override
  public boolean create(JsonObject cachedImage) {
    Optional<JsonObject> created = calls.create(PATH, cachedImage);
    created.ifPresent(images::written);
    return created.isPresent();
  }

  @Override
  public void delete(CachedImage image) {
    calls.delete(PATH + "/" + image.name(), image.uid());
  }

  @Override
  public boolean release(CachedImage image) {
    String finalizer = "/metadata/finalizers/" + image.stated().stuck().orElseThrow();
    var patch = new JsonPatch();
    // The list may have changed since; then the patch fails, and the watch tells where it stands now.
    patch.test("/metadata/uid", image.uid());
    patch.test(finalizer, CachedImage.FINALIZER_OF_VERSION_1);
    patch.remove(finalizer);
    try {
      calls.patch(PATH + "/" + image.name(), patch.operations(), ApiCalls.JSON_PATCH);
      return true;
    } catch (ClusterException e) {
      if (MOVED_ON.contains(e.status())) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public Optional<Instant> kindSince() {
    return calls.find(DEFINITION)
        .filter(d -> Json.text(d, "metadata", "deletionTimestamp").isEmpty())
        .flatMap(d -> Json.text(d, "metadata", "creationTimestamp")).map(Instant::parse);
  }

  @Override
  public void patchStatus(String name, JsonObject patch) {
    images.written(calls.patch(PATH + "/" + name + "/status", patch, ApiCalls.MERGE_PATCH));
  }

  @Override
  public boolean createJob(JsonObject job) {
    Optional<JsonObject> created = calls.create(jobPath, job);
    created.ifPresent(jobs::written);
    return created.isPresent();
  }

  @Override
  public void deleteJob(String name) {
    calls.delete(jobPath + "/" + name);
  }

  @Override
  public void putSecret(JsonObject secret) {
    if (calls.create(secretPath, secret).isPresent()) {
      return;
    }
    deleteSecret(Json.text(secret, "metadata", "name").orElseThrow());
    if (calls.create(secretPath, secret).isEmpty()) {
      throw new IllegalStateException("a Secret of the Job's name is in the way, and stays");
    }
  }

  @Override
  public void deleteSecret(String name) {
    calls.delete(secretPath + "/" + name);
  }

  @Override
  public void event(CachedImage about, ImagePlan.Note note) {
    EventNote.about(new Reference(CachedImage.API_VERSION, CachedImage.KIND, "", about.name(), about.uid()))
        .offer(calls, note.warning(), note.reason(), note.message());
  }
}
