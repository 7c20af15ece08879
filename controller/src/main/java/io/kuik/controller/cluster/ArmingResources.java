package io.kuik.controller.cluster;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.kuik.controller.arming.Armed;
import io.kuik.controller.arming.ArmingStore;
import io.kuik.controller.arming.CanaryPod;
import io.kuik.controller.arming.Node;
import io.kuik.controller.arming.NodeWord;
import io.kuik.controller.arming.Obstacle;
import io.kuik.controller.arming.Obstacle.Reason;
import io.kuik.controller.arming.Proofs;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Nodes, proxies and canaries in the cluster, and the ConfigMap that remembers which nodes are proven. */
public final class ArmingResources implements ArmingStore {
  private static final Obstacle STARTING = new Obstacle(Reason.STARTING,
      "the controller has only just started");

  private final Views views;
  private final Names names;
  private final OwnResources own;
  private final int port;
  private final boolean canaries;
  private final String podPath;
  private final String mapPath;
  private final Watched<Proofs> proofs;
  private final Obstacle unread;
  private final AtomicLong changes = new AtomicLong();
  private volatile Answer answer = new Answer(-1, Optional.of(STARTING));

  /**
   * What is watched anyway.
   *
   * @param components
   *          the pods by their component
   */
  record Views(ApiCalls calls, ApiCalls watches, Watched<NodeView> nodes, Watched<OwnPod> pods,
      Index<OwnPod> components, BooleanSupplier synced) {
  }

  /**
   * Names of objects in our namespace.
   *
   * @param proofs
   *          of the ConfigMap that remembers
   * @param owner
   *          of a ConfigMap of the release, with which canaries and that other one go
   */
  record Names(String namespace, String proofs, String owner) {
  }

  /** The last answer, and how many changes had been seen when it was found. */
  private record Answer(long changes, Optional<Obstacle> obstacle) {
  }

  ArmingResources(Views views, Names names, int port, boolean canaries) {
    this.views = views;
    this.names = names;
    this.own = new OwnResources(views.calls(), names.namespace());
    this.port = port;
    this.canaries = canaries;
    this.podPath = "/api/v1/namespaces/" + names.namespace() + "/pods";
    this.mapPath = "/api/v1/namespaces/" + names.namespace() + "/configmaps";
    // By name: with that, the right to watch it is no right to watch others.
    this.proofs = new Watched<>(views.calls(), views.watches(), mapPath,
        Map.of("fieldSelector", "metadata.name=" + names.proofs()), Proofs::of);
    this.unread = new Obstacle(Reason.STARTING, "what canaries have proven is not known yet: the ConfigMap "
        + names.proofs() + " could not be watched so far");
    // Kubelets report every few seconds that nothing has changed.
    views.nodes().onChange((before, after) -> count(before.map(NodeView::node), after.map(NodeView::node)));
    views.pods().onChange((before, after) -> count(before.flatMap(ArmingResources::relevant),
        after.flatMap(ArmingResources::relevant)));
    proofs.onChange((_, _) -> changes.incrementAndGet());
  }

  private void count(Optional<?> before, Optional<?> after) {
    if (!before.equals(after)) {
      changes.incrementAndGet();
    }
  }

  private static Optional<Object> relevant(OwnPod pod) {
    return pod.is("proxy")
        ? Optional.of(List.of(pod.pod().node(), pod.pod().uid(), pod.usable(), pod.revision()))
        : pod.canary().map(c -> c);
  }

  @Override
  public long changes() {
    return changes.get();
  }

  /** Begins to watch what is remembered. */
  public void start() {
    if (canaries) {
      proofs.start();
    }
  }

  @Override
  public boolean known() {
    return views.synced().getAsBoolean() && (!canaries || proofs.synced());
  }

  @Override
  public boolean wanted() {
    return canaries;
  }

  /** Asked for each pod that is created, so it is thought about only when something has changed. */
  @Override
  public Optional<Obstacle> obstacle() {
    long seen = changes.get();
    Answer last = answer;
    if (last.changes() == seen) {
      return last.obstacle();
    }
    if (!known()) {
      return Optional.of(views.synced().getAsBoolean() ? unread : STARTING);
    }
    Proofs now = proofs();
    Optional<Obstacle> obstacle = Armed.obstacle(nodes(), proxies().keySet(),
        node -> canaries ? now.obstacle(node, port) : Optional.empty());
    answer = new Answer(seen, obstacle);
    return obstacle;
  }

  @Override
  public Collection<Node> nodes() {
    return views.nodes().all().stream().map(NodeView::node).toList();
  }

  @Override
  public Map<String, Proxy> proxies() {
    return views.components().find("proxy").stream().filter(OwnPod::usable).collect(Collectors.toMap(
        p -> p.pod().node(), p -> new Proxy(p.pod().name(), p.pod().uid(), p.revision()), (a, _) -> a));
  }

  @Override
  public Collection<CanaryPod> canaries() {
    return views.components().find(CanaryPod.COMPONENT).stream().map(OwnPod::canary).flatMap(Optional::stream)
        .toList();
  }

  @Override
  public Proofs proofs() {
    return proofs.find(names.namespace() + "/" + names.proofs()).orElse(Proofs.NONE);
  }

  @Override
  public JsonObject owner() {
    return own.owner(names.owner());
  }

  @Override
  public Optional<String> create(JsonObject pod) {
    try {
      views.calls().create(podPath, pod).ifPresent(views.pods()::written);
      return Optional.empty();
    } catch (ClusterException e) {
      if (e.passes()) {
        throw e;
      }
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void delete(CanaryPod pod) {
    views.calls().delete(podPath + "/" + pod.name(), pod.uid());
  }

  @Override
  public void remember(Map<String, Optional<NodeWord>> words) {
    var data = new JsonObject();
    words.forEach((node, word) -> data.add(node, JsonNull.INSTANCE));
    words.forEach((node, word) -> word.ifPresent(w -> data.addProperty(node, w.json())));
    var patch = new JsonObject();
    patch.add("data", data);
    try {
      proofs.written(views.calls().patch(mapPath + "/" + names.proofs(), patch, ApiCalls.MERGE_PATCH));
    } catch (ClusterException e) {
      if (e.status() != 404) {
        throw e;
      }
      createMap(words);
    }
  }

  private void createMap(Map<String, Optional<NodeWord>> words) {
    var known = new HashMap<String, String>();
    words.forEach((node, word) -> word.ifPresent(w -> known.put(node, w.json())));
    JsonObject map = own.manifest(names.proofs(), Map.of(), names.owner(), known);
    views.calls().create(mapPath, map).ifPresent(proofs::written);
  }

  @Override
  public void event(Proxy proxy, boolean warning, String reason, String message) {
    EventNote.about(new Reference("v1", "Pod", names.namespace(), proxy.pod(), proxy.uid()))
        .offer(views.calls(), warning, reason, message);
  }
}
