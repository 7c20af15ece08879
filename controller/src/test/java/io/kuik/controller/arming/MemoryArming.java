package io.kuik.controller.arming;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster in memory, whose kubelets do what they are told. */
final class MemoryArming implements ArmingStore {
  final List<Node> nodes = new ArrayList<>();
  final Map<String, Proxy> proxies = new HashMap<>();
  final Map<String, JsonObject> pods = new LinkedHashMap<>();
  final Map<String, NodeWord> words = new HashMap<>();
  final List<String> events = new ArrayList<>();
  Optional<String> refusal = Optional.empty();
  boolean known = true;
  boolean wanted = true;
  boolean away;
  boolean dumb;
  boolean stuck;
  int created;
  int looked;
  long changes;
  int owners;

  /** Adds a node whose proxy is Ready. */
  void node(String name) {
    nodes.add(new Node(name, "uid-" + name, true, true));
    proxies.put(name, new Proxy("proxy-" + name, "proxy-uid-" + name, "r1"));
  }

  /** Has all kubelets report this of their canaries. */
  void report(String status) {
    pods.values().forEach(p -> p.add("status", Pods.parse(status)));
  }

  @Override
  public boolean known() {
    return known;
  }

  @Override
  public long changes() {
    return changes;
  }

  @Override
  public boolean wanted() {
    return wanted;
  }

  @Override
  public Collection<Node> nodes() {
    looked++;
    return nodes;
  }

  @Override
  public Map<String, Proxy> proxies() {
    return proxies;
  }

  @Override
  public Collection<CanaryPod> canaries() {
    return pods.values().stream().map(CanaryPod::of).toList();
  }

  @Override
  public Proofs proofs() {
    return new Proofs(words);
  }

  @Override
  public Optional<Obstacle> obstacle() {
    return Armed.obstacle(nodes, proxies.keySet(), n -> proofs().obstacle(n, 7439));
  }

  @Override
  public JsonObject owner() {
    owners++;
    return Pods.parse("{'kind': 'ConfigMap', 'uid': 'owner'}");
  }

  @Override
  public Optional<String> create(JsonObject pod) {
    if (refusal.isPresent()) {
      return refusal;
    }
    created++;
    JsonObject metadata = pod.getAsJsonObject("metadata");
    metadata.addProperty("uid", "pod-" + created);
    metadata.addProperty("creationTimestamp", Pods.CREATED.toString());
    pods.putIfAbsent(Json.text(metadata, "name").orElseThrow(), pod);
    return Optional.empty();
  }

  @Override
  public void delete(CanaryPod pod) {
    if (stuck) {
      throw new IllegalStateException("stuck");
    }
    pods.remove(pod.name());
  }

  @Override
  public void remember(Map<String, Optional<NodeWord>> news) {
    if (away) {
      throw new IllegalStateException("away");
    }
    news.forEach((node, word) -> word.ifPresentOrElse(w -> words.put(node, w), () -> words.remove(node)));
  }

  @Override
  public void event(Proxy proxy, boolean warning, String reason, String message) {
    if (dumb) {
      throw new IllegalStateException("dumb");
    }
    events.add((warning ? "Warning " : "Normal ") + proxy.pod() + " " + reason);
  }
}
