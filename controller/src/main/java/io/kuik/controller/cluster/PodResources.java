package io.kuik.controller.cluster;

import com.google.gson.JsonArray;
import io.kuik.controller.healing.HealingStore;
import io.kuik.controller.json.Json;
import io.kuik.controller.pod.PodView;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Other people's pods, as far as healing goes: what is known of them and their nodes, and the one patch. */
final class PodResources implements HealingStore {
  private static final Logger LOG = LoggerFactory.getLogger(PodResources.class);
  /** Gone, changed meanwhile, or a test of the patch failed: each means that the pod has moved on. */
  private static final Set<Integer> MOVED_ON = Set.of(404, 409, 422);

  private final ApiCalls calls;
  private final Watched<PodView> pods;
  private final Index<OwnPod> components;

  PodResources(ApiCalls calls, Watched<PodView> pods, Index<OwnPod> components) {
    this.calls = calls;
    this.pods = pods;
    this.components = components;
  }

  @Override
  public Optional<PodView> pod(String key) {
    return pods.find(key);
  }

  @Override
  public boolean proxyReady(String node) {
    return components.find("proxy").stream().anyMatch(p -> p.usable() && p.pod().node().equals(node));
  }

  @Override
  public Set<String> imagesOn(String node) {
    return calls.find("/api/v1/nodes/" + node).map(n -> Json.objects(n, "status", "images").stream()
        .flatMap(i -> Json.texts(i, "names").stream()).collect(Collectors.toUnmodifiableSet()))
        .orElse(Set.of());
  }

  @Override
  public boolean patch(PodView pod, JsonArray patch) {
    try {
      pods.written(calls.patch("/api/v1/namespaces/" + pod.namespace() + "/pods/" + pod.name(), patch,
          ApiCalls.JSON_PATCH));
      return true;
    } catch (ClusterException e) {
      if (MOVED_ON.contains(e.status())) {
        LOG.info("pod has moved on, and was not healed pod={} said=\"{}\"", pod.key(), e.getMessage());
        return false;
      }
      throw e;
    }
  }

  @Override
  public void event(PodView pod, String fieldPath, boolean warning, String reason, String message) {
    EventNote.about(Reference.of(pod), fieldPath).offer(calls, warning, reason, message);
  }
}
