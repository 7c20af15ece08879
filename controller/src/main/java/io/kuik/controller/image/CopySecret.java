package io.kuik.controller.image;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.kuik.registry.DockerConfig;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** The Secret that a copy Job mounts: the credentials that are for its image, as long as it runs. */
final class CopySecret {
  /** Tells the worker where it is. */
  static final String ARGUMENT = "--source-credentials=" + CopySecret.FOLDER;

  private static final String KEY = ".dockerconfigjson";
  private static final String FOLDER = "/etc/kuik/source";
  private static final String VOLUME = "source-credentials";
  /** Its group may read it, which is the one that the pod's securityContext names. */
  private static final int MODE = 0440;

  private CopySecret() {
  }

  /**
   * Further files, of which the worker reads all by name, are needed where one server has two credentials.
   */
  static JsonObject manifest(JsonObject metadata, List<DockerConfig.Entry> entries) {
    var data = new JsonObject();
    for (String file : DockerConfig.write(entries)) {
      data.addProperty(data.isEmpty() ? KEY : KEY + "." + data.size(),
          Base64.getEncoder().encodeToString(file.getBytes(StandardCharsets.UTF_8)));
    }
    var secret = new JsonObject();
    secret.addProperty("apiVersion", "v1");
    secret.addProperty("kind", "Secret");
    secret.addProperty("type", "kubernetes.io/dockerconfigjson");
    secret.addProperty("immutable", true);
    secret.add("metadata", metadata);
    secret.add("data", data);
    return secret;
  }

  /** Gives it to the worker. */
  static void mount(JsonObject pod, JsonObject worker, String name) {
    var source = new JsonObject();
    source.addProperty("secretName", name);
    source.addProperty("defaultMode", MODE);
    var volume = new JsonObject();
    volume.addProperty("name", VOLUME);
    volume.add("secret", source);
    list(pod, "volumes").add(volume);
    var mount = new JsonObject();
    mount.addProperty("name", VOLUME);
    mount.addProperty("mountPath", FOLDER);
    mount.addProperty("readOnly", true);
    list(worker, "volumeMounts").add(mount);
  }

  private static JsonArray list(JsonObject parent, String name) {
    if (!parent.has(name)) {
      parent.add(name, new JsonArray());
    }
    return parent.getAsJsonArray(name);
  }
}
