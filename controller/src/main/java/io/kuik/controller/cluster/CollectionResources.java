package io.kuik.controller.cluster;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.kuik.controller.collection.CollectionStore;
import io.kuik.controller.collection.Registry;
import io.kuik.controller.collection.Work;
import io.kuik.controller.collection.WorkPod;
import io.kuik.controller.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The registry's StatefulSet and the Jobs of garbage collections in the cluster. Nothing is watched and
 * remembered: a registry that is started because of something seen a second ago could write while its blobs
 * are being removed.
 */
final class CollectionResources implements CollectionStore {
  private static final String JOB_NAME = "batch.kubernetes.io/job-name";

  private final ApiCalls calls;
  private final String namespace;
  private final String setPath;
  private final String jobPath;
  private final String podPath;
  private final String selector;
  private final ImageResources images;

  /** {@code own} selects everything of the release. */
  CollectionResources(ApiCalls calls, String namespace, String statefulSet, String own,
      ImageResources images) {
    this.calls = calls;
    this.namespace = namespace;
    this.setPath = "/apis/apps/v1/namespaces/" + namespace + "/statefulsets/" + statefulSet;
    this.jobPath = "/apis/batch/v1/namespaces/" + namespace + "/jobs";
    this.podPath = "/api/v1/namespaces/" + namespace + "/pods";
    this.selector = own + ",app.kubernetes.io/component=garbage-collection";
    this.images = images;
  }

  @Override
  public Optional<Registry> registry() {
    return calls.find(setPath).map(Registry::of);
  }

  @Override
  public List<Work> works() {
    Map<String, String> query = Map.of("labelSelector", selector);
    List<JsonObject> jobs = Json.objects(calls.get(jobPath, query), "items");
    // After the Jobs: a pod that is there now is seen, whatever became of its Job in between.
    Map<String, List<WorkPod>> pods = Json.objects(calls.get(podPath, query), "items").stream()
        .collect(Collectors.groupingBy(p -> Json.text(p, "metadata", "labels", JOB_NAME).orElse(""),
            Collectors.mapping(WorkPod::of, Collectors.toList())));
    var works = jobs.stream()
        .map(j -> Work.of(j, pods.getOrDefault(Json.text(j, "metadata", "name").orElse(""), List.of())))
        .collect(Collectors.toCollection(ArrayList::new));
    List<String> known = works.stream().map(Work::name).toList();
    // Pods outlive a Job that was deleted until their node has ended them.
    pods.forEach((job, left) -> {
      if (!known.contains(job)) {
        works.add(Work.orphaned(job, left));
      }
    });
    return List.copyOf(works);
  }

  @Override
  public void annotate(Registry registry, Map<String, Optional<String>> annotations) {
    var values = new JsonObject();
    annotations.forEach((key, value) -> {
      if (value.isPresent()) {
        values.addProperty(key, value.get());
      } else {
        values.add(key, JsonNull.INSTANCE);
      }
    });
    JsonObject patch = unchanged(registry);
    patch.getAsJsonObject("metadata").add("annotations", values);
    calls.patch(setPath, patch, ApiCalls.MERGE_PATCH);
  }

  @Override
  public void scale(Registry registry, int replicas) {
    var spec = new JsonObject();
    spec.addProperty("replicas", replicas);
    JsonObject patch = unchanged(registry);
    patch.add("spec", spec);
    calls.patch(setPath, patch, ApiCalls.MERGE_PATCH);
  }

  /** The beginning of a patch that the API server refuses when somebody was faster. */
  private static JsonObject unchanged(Registry registry) {
    var metadata = new JsonObject();
    metadata.addProperty("resourceVersion", registry.resourceVersion());
    var patch = new JsonObject();
    patch.add("metadata", metadata);
    return patch;
  }

  @Override
  public Optional<String> create(JsonObject job) {
    try {
      calls.create(jobPath, job);
      return Optional.empty();
    } catch (ClusterException e) {
      // A webhook that can't be called, or etcd, is usually a 500: somebody is broken, and nobody refuses.
      if (e.passes() || e.status() >= 500) {
        throw e;
      }
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void delete(String job) {
    calls.delete(jobPath + "/" + job);
  }

  @Override
  public List<String> copies() {
    return images.runningJobs();
  }

  @Override
  public void event(Registry registry, boolean warning, String reason, String message) {
    EventNote
        .about(new Reference("apps/v1", "StatefulSet", namespace, registry.name(), registry.uid()))
        .offer(calls, warning, reason, message);
  }
}
