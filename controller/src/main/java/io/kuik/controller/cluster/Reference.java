package io.kuik.controller.cluster;

import com.google.gson.JsonObject;
import io.kuik.controller.pod.PodView;

/**
 * An object as others name it: what it owns, and Events about it.
 *
 * @param namespace
 *          empty for an object that has none, and in what has it for an owner: that is in the same
 */
record Reference(String apiVersion, String kind, String namespace, String name, String uid) {
  static Reference of(PodView pod) {
    return new Reference("v1", "Pod", pod.namespace(), pod.name(), pod.uid());
  }

  JsonObject json() {
    var json = new JsonObject();
    json.addProperty("apiVersion", apiVersion);
    json.addProperty("kind", kind);
    if (!namespace.isEmpty()) {
      json.addProperty("namespace", namespace);
    }
    json.addProperty("name", name);
    json.addProperty("uid", uid);
    return json;
  }
}
