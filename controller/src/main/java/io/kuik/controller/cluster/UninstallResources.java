package io.kuik.controller.cluster;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kuik.controller.json.Json;
import java.util.List;
import java.util.Map;

/** What goes before the release does; what isn't there is gone already. */
public final class UninstallResources {
  private final ApiCalls calls;
  private final String namespace;

  UninstallResources(ApiCalls calls, String namespace) {
    this.calls = calls;
    this.namespace = namespace;
  }

  private String path(String api, String plural) {
    return api + "/namespaces/" + namespace + "/" + plural;
  }

  /** Deletes the webhook's configuration: from then on pods keep their images. */
  public void deleteWebhook(String name) {
    calls.delete("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/" + name);
  }

  /** Scales a Deployment to nothing. */
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

  /** Names of the pods that match a selector. */
  public List<String> podNames(String selector) {
    return names(path("/api/v1", "pods"), selector);
  }

  /** Deletes the pods that match a selector. */
  public void deletePods(String selector) {
    podNames(selector).forEach(n -> calls.delete(path("/api/v1", "pods") + "/" + n));
  }

  /** Deletes the Jobs that match a selector, their pods, and the Secrets that they were given. */
  public void deleteJobs(String selector) {
    names(path("/apis/batch/v1", "jobs"), selector).forEach(n -> {
      calls.delete(path("/apis/batch/v1", "jobs") + "/" + n);
      calls.delete(path("/api/v1", "secrets") + "/" + n);
    });
  }

  /** Deletes a Lease. */
  public void deleteLease(String name) {
    calls.delete(path("/apis/coordination.k8s.io/v1", "leases") + "/" + name);
  }

  private List<String> names(String path, String selector) {
    return Json.objects(calls.get(path, Map.of("labelSelector", selector)), "items").stream()
        .map(o -> Json.text(o, "metadata", "name").orElse("")).toList();
  }
}
