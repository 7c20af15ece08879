package io.kuik.controller.cluster;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kuik.controller.collection.CollectionStore;
import io.kuik.controller.healing.HealingStore;
import io.kuik.controller.image.CachedImage;
import io.kuik.controller.image.JobView;
import io.kuik.controller.json.Json;
import io.kuik.controller.pod.PodView;
import io.kuik.controller.pullsecret.SecretStore;
import io.kuik.model.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The Kubernetes cluster that we live in: what we watch of it, and the few other things that we ask of it.
 */
public final class Cluster {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration READ = Duration.ofSeconds(30);
  /** As in {@link ResourceLists}. */
  private static final int PAGE = 100;

  private final ApiCalls calls;
  private final ApiCalls watches;
  private final String namespace;
  private final String own;
  private final Watched<PodView> pods;
  private final Watched<OwnPod> ownPods;
  private final Index<OwnPod> servers;
  private final Watched<NodeView> nodes;
  private final Watched<CachedImage> images;
  private final Watched<JobView> jobs;

  /**
   * Connects as the pod that we are, or as KUBECONFIG says.
   *
   * @param instance
   *          the release's name
   * @param called
   *          is told of each call of the API
   */
  public Cluster(String namespace, String instance, BiConsumer<String, String> called) {
    this.namespace = namespace;
    this.calls = new ApiCalls(client(READ), called);
    // A watch waits for the next change as long as it takes.
    this.watches = new ApiCalls(client(Duration.ZERO), called);
    this.own = "app.kubernetes.io/name=kube-image-keeper,app.kubernetes.io/instance=" + instance;
    this.pods = new Watched<>(calls, watches, "/api/v1/pods", PodView.MANAGED + "=true",
        p -> PodView.of(p).trimmed());
    this.ownPods = new Watched<>(calls, watches, namespaced("/api/v1", "pods"), own, OwnPod::of);
    this.servers = new Index<>(ownPods, p -> p.pod().key(), OwnPod::component);
    this.nodes = new Watched<>(calls, watches, "/api/v1/nodes", "", NodeView::of);
    this.images = new Watched<>(calls, watches, ImageResources.PATH, "", CachedImage::of);
    this.jobs = new Watched<>(calls, watches, namespaced("/apis/batch/v1", "jobs"),
        own + ",app.kubernetes.io/component=cache-worker",
        JobView::of);
  }

  private static ApiClient client(Duration read) {
    try {
      ApiClient client = ClientBuilder.standard().build();
      client.setConnectTimeout(Math.toIntExact(CONNECT.toMillis()));
      client.setReadTimeout(Math.toIntExact(read.toMillis()));
      return client;
    } catch (IOException e) {
      throw new IllegalStateException("can't find the Kubernetes API: " + e.getMessage(), e);
    }
  }

  private String namespaced(String api, String plural) {
    return api + "/namespaces/" + namespace + "/" + plural;
  }

  /** Begins to watch what every replica needs. */
  public void start() {
    Stream.<Watched<?>>of(ownPods, nodes, images).forEach(Watched::start);
  }

  /** Begins to watch what only the leader needs. */
  public void startLeading() {
    Stream.<Watched<?>>of(pods, jobs).forEach(Watched::start);
  }

  /** Whether what every replica needs is known. */
  public boolean synced() {
    return ownPods.synced() && nodes.synced() && images.synced();
  }

  /** Whether what the leader needs is known. */
  public boolean leaderSynced() {
    return synced() && pods.synced() && jobs.synced();
  }

  /** The pods whose images we look after. */
  public Watched<PodView> pods() {
    return pods;
  }

  /** The CachedImages. */
  public Watched<CachedImage> images() {
    return images;
  }

  /** The CachedImages and copy Jobs, with what may be done to them. */
  public ImageResources imageResources() {
    return new ImageResources(calls, namespace, images, jobs, ownPods);
  }

  /** The registry's StatefulSet and the Jobs of garbage collections, with what may be done to them. */
  public CollectionStore collections(String statefulSet, ImageResources resources) {
    return new CollectionResources(calls, namespace, statefulSet, own, resources);
  }

  /** The pods that we look after, with what may be done to those that can't have their image. */
  public HealingStore healingStore() {
    return new PodResources(calls, pods, ownPods);
  }

  /** The users' Secrets and ServiceAccounts. */
  public SecretStore secretStore() {
    return new SecretReader(calls);
  }

  /** Tells of each image whose copy Job, or worker's pod, changed. */
  public void onCopyChange(Consumer<String> sourceImage) {
    jobs.onChange((before, after) -> after.or(() -> before).map(JobView::sourceImage).ifPresent(sourceImage));
    ownPods.onChange((before, after) -> after.or(() -> before).filter(p -> !p.worker().job().isEmpty())
        .flatMap(p -> jobs.find(namespace + "/" + p.worker().job())).map(JobView::sourceImage)
        .ifPresent(sourceImage));
  }

  /** Tells when the registry's pod, or the nodes, changed in a way that may matter to every image. */
  public void onSurroundingsChange(Runnable listener) {
    ownPods.onChange((before, after) -> {
      boolean registry = Stream.of(before, after).flatMap(Optional::stream).anyMatch(p -> p.is("registry"));
      boolean same = before.map(p -> p.usable() + p.pod().uid())
          .equals(after.map(p -> p.usable() + p.pod().uid()));
      if (registry && !same) {
        listener.run();
      }
    });
    nodes.onChange((before, after) -> {
      if (!before.flatMap(NodeView::platform).equals(after.flatMap(NodeView::platform))) {
        listener.run();
      }
    });
  }

  /** UID of the registry's pod; empty while none is Ready. */
  public Optional<String> registryIncarnation() {
    return servers.find("registry").stream().filter(OwnPod::usable).map(p -> p.pod().uid())
        .min(Comparator.naturalOrder());
  }

  /**
   * Nodes, proxies and canaries, with what may be done to them; what was proven is remembered in a ConfigMap
   * of this name, and a node without a proof is no obstacle if canaries are switched off.
   */
  public ArmingResources arming(String configMap, String owner, int port, boolean canaries) {
    return new ArmingResources(new ArmingResources.Views(calls, watches, nodes, ownPods, this::synced),
        new ArmingResources.Names(namespace, configMap, owner), port, canaries);
  }

  /** The platforms of the nodes, sorted. */
  public List<Platform> platforms() {
    return nodes.all().stream().map(NodeView::platform).flatMap(Optional::stream).distinct()
        .sorted(Comparator.comparing(Platform::toString)).toList();
  }

  /** Shows every pod that lacks our label, page by page. */
  public void forEachUnlabelledPod(Consumer<PodView> consumer) {
    Map<String, String> query = new HashMap<>();
    query.put("labelSelector", "!" + PodView.MANAGED);
    query.put("limit", String.valueOf(PAGE));
    do {
      JsonObject page = calls.get("/api/v1/pods", query);
      Json.objects(page, "items").forEach(p -> consumer.accept(PodView.of(p)));
      query.put("continue", Json.text(page, "metadata", "continue").orElse(""));
    } while (!query.getOrDefault("continue", "").isEmpty());
  }

  /** Gives a pod our label; nothing else of it changes. */
  public void label(PodView pod) {
    var labels = new JsonObject();
    labels.addProperty(PodView.MANAGED, "true");
    var metadata = new JsonObject();
    // The UID makes the API server refuse if another pod has taken the name since.
    metadata.addProperty("uid", pod.uid());
    metadata.add("labels", labels);
    var patch = new JsonObject();
    patch.add("metadata", metadata);
    calls.patch("/api/v1/namespaces/" + pod.namespace() + "/pods/" + pod.name(), patch, ApiCalls.MERGE_PATCH);
  }

  /** A Secret of our namespace, as text. */
  public Optional<Map<String, String>> secret(String name) {
    return calls.find(namespaced("/api/v1", "secrets") + "/" + name).map(s -> {
      var content = new HashMap<String, String>();
      Json.strings(s, "data").forEach((k, v) -> content.put(k,
          new String(Base64.getDecoder().decode(v), StandardCharsets.UTF_8)));
      return content;
    });
  }

  /** Creates a Secret, or sets the content of the one that is there. */
  public void writeSecret(String name, JsonObject manifest) {
    if (calls.create(namespaced("/api/v1", "secrets"), manifest).isEmpty()) {
      var patch = new JsonObject();
      patch.add("data", manifest.get("data"));
      calls.patch(namespaced("/api/v1", "secrets") + "/" + name, patch, ApiCalls.MERGE_PATCH);
    }
  }

  /** An owner reference to a ConfigMap of our namespace. */
  public JsonObject configMapOwner(String name) {
    JsonObject map = calls.get(namespaced("/api/v1", "configmaps") + "/" + name, Map.of());
    var owner = new JsonObject();
    owner.addProperty("apiVersion", "v1");
    owner.addProperty("kind", "ConfigMap");
    owner.addProperty("name", name);
    owner.addProperty("uid", Json.text(map, "metadata", "uid").orElse(""));
    return owner;
  }

  /** What a ConfigMap of our namespace holds; empty if there is none. */
  public Optional<Map<String, String>> configMap(String name) {
    return calls.find(namespaced("/api/v1", "configmaps") + "/" + name).map(m -> Json.strings(m, "data"));
  }

  /** Creates a ConfigMap of our namespace, or sets one key of the one that is there. */
  public void writeConfigMap(JsonObject manifest) {
    String name = Json.text(manifest, "metadata", "name").orElseThrow();
    if (calls.create(namespaced("/api/v1", "configmaps"), manifest).isEmpty()) {
      var patch = new JsonObject();
      patch.add("data", manifest.get("data"));
      calls.patch(namespaced("/api/v1", "configmaps") + "/" + name, patch, ApiCalls.MERGE_PATCH);
    }
  }

  /** The lease that decides who leads. */
  public Leadership leadership(String name, String identity) {
    return new Leadership(calls, namespace, name, identity, Leadership.Timing.USUAL);
  }

  /** Deletes the webhook's configuration: from then on pods keep their images. */
  public void deleteWebhook(String name) {
    calls.delete("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/" + name);
  }

  /** Scales a Deployment of our namespace to nothing; one that isn't there is nothing already. */
  public void scaleToZero(String deployment) {
    JsonElement patch = JsonParser.parseString("{\"spec\":{\"replicas\":0}}");
    try {
      calls.patch(namespaced("/apis/apps/v1", "deployments") + "/" + deployment + "/scale", patch,
          ApiCalls.MERGE_PATCH);
    } catch (ClusterException e) {
      if (e.status() != 404) {
        throw e;
      }
    }
  }

  /** Names of the pods that match a selector. */
  public List<String> podNames(String selector) {
    return names(namespaced("/api/v1", "pods"), selector);
  }

  /** Deletes the Jobs that match a selector, their pods, and the Secrets that they were given. */
  public void deleteJobs(String selector) {
    names(namespaced("/apis/batch/v1", "jobs"), selector).forEach(n -> {
      calls.delete(namespaced("/apis/batch/v1", "jobs") + "/" + n);
      calls.delete(namespaced("/api/v1", "secrets") + "/" + n);
    });
  }

  /** Deletes the pods that match a selector. */
  public void deletePods(String selector) {
    podNames(selector).forEach(n -> calls.delete(namespaced("/api/v1", "pods") + "/" + n));
  }

  /** Deletes a Lease. */
  public void deleteLease(String name) {
    calls.delete(namespaced("/apis/coordination.k8s.io/v1", "leases") + "/" + name);
  }

  private List<String> names(String path, String selector) {
    return Json.objects(calls.get(path, Map.of("labelSelector", selector)), "items").stream()
        .map(o -> Json.text(o, "metadata", "name").orElse("")).toList();
  }
}
