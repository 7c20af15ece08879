package io.kuik.controller.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.controller.json.Json;
import io.kuik.controller.pod.PodView;
import io.kuik.controller.uninstall.PendingPod;
import io.kuik.controller.uninstall.UninstallStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes before the release does; what isn't there is gone already. */
final class UninstallResources implements UninstallStore {
  private static final Logger LOG = LoggerFactory.getLogger(UninstallResources.class);
  /** Pods are long; a page of them is in memory as a whole. */
  private static final int PAGE = 100;

  private final ApiCalls calls;
  private final String namespace;

  UninstallResources(ApiCalls calls, String namespace) {
    this.calls = calls;
    this.namespace = namespace;
  }

  private String path(String api, String plural) {
    return api + "/namespaces/" + namespace + "/" + plural;
  }

  @Override
  public void deleteWebhook(String name) {
    calls.delete("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/" + name);
  }

  @Override
  public void scaleToZero(String deployment) {
    JsonElement patch = JsonParser.parseString("{\"spec\":{\"replicas\":0}}");
    try {
      calls.patch(path("/apis/apps/v1", "deployments") + "/" + deployment + "/scale", patch,
          ApiCalls.MERGE_PATCH);
    } catch (ClusterException e) {
      if (e.status() != 404) {
        throw e;
      }
    }
  }

  @Override
  public List<String> podNames(String selector) {
    return names(path("/api/v1", "pods"), selector);
  }

  @Override
  public void deletePods(String selector) {
    podNames(selector).forEach(n -> calls.delete(path("/api/v1", "pods") + "/" + n));
  }

  @Override
  public void deleteJobs(String selector) {
    names(path("/apis/batch/v1", "jobs"), selector).forEach(n -> {
      calls.delete(path("/apis/batch/v1", "jobs") + "/" + n);
      calls.delete(path("/api/v1", "secrets") + "/" + n);
    });
  }

  @Override
  public void deleteLease(String name) {
    calls.delete(path("/apis/coordination.k8s.io/v1", "leases") + "/" + name);
  }

  /** An uninstall goes on whatever happens to pods: without the webhook it is half done already. */
  @Override
  public Optional<List<PendingPod>> pending() {
    try {
      return Optional.of(list());
    } catch (ClusterException e) {
      LOG.warn("pods that have not begun can't be listed: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private List<PendingPod> list() {
    var query = new HashMap<>(Map.of("labelSelector", PodView.MANAGED + "=true", "fieldSelector",
        "status.phase=Pending", "limit", String.valueOf(PAGE)));
    var found = new ArrayList<PendingPod>();
    do {
      JsonObject page = calls.get("/api/v1/pods", query);
      Json.objects(page, "items").forEach(p -> found.add(PendingPod.of(p)));
      query.put("continue", Json.text(page, "metadata", "continue").orElse(""));
    } while (!query.getOrDefault("continue", "").isEmpty());
    return found;
  }

  @Override
  public boolean patch(PodView pod, JsonArray patch) {
    try {
      calls.patch("/api/v1/namespaces/" + pod.namespace() + "/pods/" + pod.name(), patch,
          ApiCalls.JSON_PATCH);
      return true;
    } catch (ClusterException e) {
      LOG.info("pod is left as it is pod={} said=\"{}\"", pod.key(), e.getMessage());
      return false;
    }
  }

  @Override
  public void event(PodView pod, String reason, String message) {
    EventNote.about(Reference.of(pod)).offer(calls, true, reason, message);
  }

  private List<String> names(String path, String selector) {
    return Json.objects(calls.get(path, Map.of("labelSelector", selector)), "items").stream()
        .map(o -> Json.text(o, "metadata", "name").orElse("")).toList();
  }
}
