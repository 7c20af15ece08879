package io.kuik.controller.cluster;

import com.google.gson.JsonObject;
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
import java.time.Duration;
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
  private final String selector;
  private final Watched<PodView> pods;
  private final Watched<OwnPod> ownPods;
  private final Index<OwnPod> components;
  private final Watched<NodeView> nodes;
  private final Watched<CachedImage> images;
  private final Watched<JobView> jobs;

  /**
   * Connects as the pod that we are, or as KUBECONFIG says.
   *
   * @param selector
   *          selects everything of the release
   * @param called
   *          is told of each call of the API
   */
  public Cluster(String namespace, String selector, BiConsumer<String, String> called) {
    // A watch waits for the next change as long as it takes.
    this(namespace, selector, new ApiCalls(client(READ), called),
        new ApiCalls(client(Duration.ZERO), called));
  }

  Cluster(String namespace, String selector, ApiCalls calls, ApiCalls watches) {
    this.namespace = namespace;
    this.calls = calls;
    this.watches = watches;
    this.selector = selector;
    this.pods = new Watched<>(calls, watches, "/api/v1/pods", PodView.MANAGED + "=true",
        p -> PodView.of(p).trimmed());
    this.ownPods = new Watched<>(calls, watches, namespaced("/api/v1", "pods"), selector, OwnPod::of);
    this.components = new Index<>(ownPods, p -> p.pod().key(), OwnPod::component);
    this.nodes = new Watched<>(calls, watches, "/api/v1/nodes", "", NodeView::of);
    this.images = new Watched<>(calls, watches, ImageResources.PATH, "", CachedImage::of);
    this.jobs = new Watched<>(calls, watches, namespaced("/apis/batch/v1", "jobs"),
        selector + ",app.kubernetes.io/component=cache-worker",
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
    return new CollectionResources(calls, namespace, statefulSet, selector, resources);
  }

  /** The pods that we look after, with what may be done to those that can't have their image. */
  public HealingStore healingStore() {
    return new PodResources(calls, pods, components);
  }

  /** Secrets and ConfigMaps of our namespace. */
  public OwnResources own() {
    return new OwnResources(calls, namespace);
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
    return components.find("registry").stream().filter(OwnPod::usable).map(p -> p.pod().uid())
        .min(Comparator.naturalOrder());
  }

  /**
   * Nodes, proxies and canaries, with what may be done to them; what was proven is remembered in a ConfigMap
   * of this name, and a node without a proof is no obstacle if canaries are switched off.
   */
  public ArmingResources arming(String configMap, String owner, int port, boolean canaries) {
    return new ArmingResources(
        new ArmingResources.Views(calls, watches, nodes, ownPods, components, this::synced),
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

  /** The lease that decides who leads. */
  public Leadership leadership(String name, String identity) {
    return new Leadership(calls, namespace, name, identity, Leadership.Timing.USUAL);
  }

  /** What goes before the release does. */
  public UninstallResources uninstall() {
    return new UninstallResources(calls, namespace);
  }
}
