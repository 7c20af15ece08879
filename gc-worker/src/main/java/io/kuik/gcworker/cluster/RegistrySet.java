package io.kuik.gcworker.cluster;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Optional;

/** The registry's StatefulSet, as far as a garbage collection may touch it: its scale, and its pod. */
public final class RegistrySet {
  private final KubernetesApi api;
  private final String scale;
  private final String pod;

  /** A StatefulSet by name; its pods are numbered from 0. */
  public RegistrySet(KubernetesApi api, String namespace, String name) {
    this.api = api;
    this.scale = "/apis/apps/v1/namespaces/" + namespace + "/statefulsets/" + name + "/scale";
    this.pod = "/api/v1/namespaces/" + namespace + "/pods/" + name + "-0";
  }

  /**
   * The registry's pod.
   *
   * @param address
   *          its IP; empty while it has none
   */
  public record Pod(String uid, String address, boolean ready) {
  }

  /** Sets the wanted number of pods. */
  public void scale(int replicas) throws IOException {
    JsonObject current = api.get(scale);
    JsonObject spec = object(current, "spec");
    // The API leaves a zero out.
    int wanted = spec.has("replicas") ? spec.get("replicas").getAsInt() : 0;
    if (wanted == replicas) {
      return;
    }
    spec.addProperty("replicas", replicas);
    current.add("spec", spec);
    api.put(scale, current);
  }

  /** Whether no pod is left, not even one that is on its way out. */
  public boolean gone() throws IOException {
    JsonElement replicas = object(api.get(scale), "status").get("replicas");
    return (replicas == null || replicas.getAsInt() == 0) && pod().isEmpty();
  }

  /** The pod, if there is one. */
  public Optional<Pod> pod() throws IOException {
    try {
      JsonObject found = api.get(pod);
      JsonObject status = object(found, "status");
      return Optional.of(new Pod(text(object(found, "metadata"), "uid"), text(status, "podIP"),
          ready(status) && !object(found, "metadata").has("deletionTimestamp")));
    } catch (KubernetesException e) {
      if (e.status() == 404) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static boolean ready(JsonObject status) {
    JsonElement conditions = status.get("conditions");
    if (conditions == null || !conditions.isJsonArray()) {
      return false;
    }
    return conditions.getAsJsonArray().asList().stream().filter(JsonElement::isJsonObject)
        .map(JsonElement::getAsJsonObject)
        .anyMatch(c -> text(c, "type").equals("Ready") && text(c, "status").equals("True"));
  }

  private static JsonObject object(JsonObject from, String name) {
    return from.has(name) && from.get(name).isJsonObject() ? from.getAsJsonObject(name) : new JsonObject();
  }

  private static String text(JsonObject from, String name) {
    return from.has(name) && from.get(name).isJsonPrimitive() ? from.get(name).getAsString() : "";
  }
}
