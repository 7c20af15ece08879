package io.kuik.controller.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Secrets and ConfigMaps of our namespace, by name. */
public final class OwnResources {
  private final ApiCalls calls;
  private final String secrets;
  private final String configMaps;

  OwnResources(ApiCalls calls, String namespace) {
    this.calls = calls;
    this.secrets = "/api/v1/namespaces/" + namespace + "/secrets";
    this.configMaps = "/api/v1/namespaces/" + namespace + "/configmaps";
  }

  /** What a Secret holds, as text; empty if there is none. */
  public Optional<Map<String, String>> secret(String name) {
    return calls.find(secrets + "/" + name).map(s -> {
      var content = new HashMap<String, String>();
      Json.strings(s, "data").forEach((k, v) -> content.put(k,
          new String(Base64.getDecoder().decode(v), StandardCharsets.UTF_8)));
      return content;
    });
  }

  /** Creates a Secret, or sets the content of the one that is there. */
  public void writeSecret(JsonObject manifest) {
    write(secrets, manifest);
  }

  /** What a ConfigMap holds; empty if there is none. */
  public Optional<Map<String, String>> configMap(String name) {
    return calls.find(configMaps + "/" + name).map(m -> Json.strings(m, "data"));
  }

  /** Creates a ConfigMap, or sets these keys of the one that is there. */
  public void writeConfigMap(JsonObject manifest) {
    write(configMaps, manifest);
  }

  private void write(String path, JsonObject manifest) {
    String name = Json.text(manifest, "metadata", "name").orElseThrow();
    if (calls.create(path, manifest).isEmpty()) {
      var patch = new JsonObject();
      patch.add("data", manifest.get("data"));
      calls.patch(path + "/" + name, patch, ApiCalls.MERGE_PATCH);
    }
  }

  /** The manifest of a ConfigMap that goes with its owner, another ConfigMap. */
  public JsonObject manifest(String name, Map<String, String> labels, String owner,
      Map<String, String> data) {
    var owners = new JsonArray();
    owners.add(owner(owner));
    var metadata = new JsonObject();
    metadata.addProperty("name", name);
    metadata.add("labels", texts(labels));
    metadata.add("ownerReferences", owners);
    var manifest = new JsonObject();
    manifest.addProperty("apiVersion", "v1");
    manifest.addProperty("kind", "ConfigMap");
    manifest.add("metadata", metadata);
    manifest.add("data", texts(data));
    return manifest;
  }

  private static JsonObject texts(Map<String, String> map) {
    var texts = new JsonObject();
    map.forEach(texts::addProperty);
    return texts;
  }

  /** An owner reference to a ConfigMap. */
  public JsonObject owner(String configMap) {
    JsonObject map = calls.get(configMaps + "/" + configMap, Map.of());
    return new Reference("v1", "ConfigMap", "", configMap, Json.text(map, "metadata", "uid").orElse(""))
        .json();
  }
}
