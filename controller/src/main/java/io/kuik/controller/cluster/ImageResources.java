package io.kuik.controller.cluster;

import com.google.gson.JsonObject;
import io.kuik.controller.image.CachedImage;
import io.kuik.controller.image.ImagePlan;
import io.kuik.controller.image.ImageStore;
import io.kuik.controller.image.JobView;
import io.kuik.controller.image.WorkerPod;
import io.kuik.controller.json.Json;
import io.kuik.model.ImageReference;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** CachedImages, copy Jobs and their Events in the cluster. */
public final class ImageResources implements ImageStore {
  static final String PATH = "/apis/kuik.enix.io/v1alpha1/cachedimages";
  private static final String DEFINITION = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"
      + "cachedimages.kuik.enix.io";

  private final ApiCalls calls;
  private final String namespace;
  private final String jobPath;
  private final String secretPath;
  private final Watched<CachedImage> images;
  private final Watched<JobView> jobs;
  private final Watched<OwnPod> pods;
  private final Map<String, Set<String>> namesByKey = new ConcurrentHashMap<>();

  ImageResources(ApiCalls calls, String namespace, Watched<CachedImage> images, Watched<JobView> jobs,
      Watched<OwnPod> pods) {
    this.calls = calls;
    this.namespace = namespace;
    this.jobPath = "/apis/batch/v1/namespaces/" + namespace + "/jobs";
    this.secretPath = "/api/v1/namespaces/" + namespace + "/secrets";
    this.images = images;
    this.jobs = jobs;
    this.pods = pods;
    images.onChange(this::index);
  }

  /**
   * Never takes away what stays: an image that can't be found for a moment would be created a second time.
   */
  private void index(Optional<CachedImage> before, Optional<CachedImage> after) {
    after.ifPresent(i -> namesByKey.compute(i.key(), (k, names) -> {
      Set<String> more = names == null ? ConcurrentHashMap.newKeySet() : names;
      more.add(i.name());
      return more;
    }));
    before.filter(b -> after.filter(a -> a.key().equals(b.key())).isEmpty())
        .ifPresent(i -> namesByKey.computeIfPresent(i.key(), (k, names) -> {
          names.remove(i.name());
          return names.isEmpty() ? null : names;
        }));
  }

  @Override
  public List<CachedImage> find(String key) {
    return namesByKey.getOrDefault(key, Set.of()).stream().map(images::find).flatMap(Optional::stream)
        .filter(i -> i.key().equals(key)).sorted(Comparator.comparing(CachedImage::name)).toList();
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
    return pods.all().stream().map(OwnPod::worker).filter(w -> w.job().equals(job)).toList();
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
    var involved = new JsonObject();
    involved.addProperty("apiVersion", CachedImage.API_VERSION);
    involved.addProperty("kind", CachedImage.KIND);
    involved.addProperty("name", about.name());
    involved.addProperty("uid", about.uid());
    EventNote.about(involved, "default").send(calls, note.warning(), note.reason(), note.message());
  }
}
