package io.kuik.registry;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.kuik.model.ImageReference;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The registries' credentials of a {@code kubernetes.io/dockerconfigjson} Secret. */
public final class DockerConfig {
  private final Map<String, Credential.Password> byServer;

  private DockerConfig(Map<String, Credential.Password> byServer) {
    this.byServer = byServer;
  }

  /**
   * Reads the Secret's JSON.
   *
   * @throws IllegalArgumentException
   *           if it is no docker configuration; the message never quotes the content
   */
  public static DockerConfig parse(String json) {
    var found = new LinkedHashMap<String, Credential.Password>();
    try {
      JsonElement auths = JsonParser.parseString(json).getAsJsonObject().get("auths");
      if (auths == null) {
        throw new IllegalArgumentException("the docker configuration has no \"auths\"");
      }
      for (var entry : auths.getAsJsonObject().entrySet()) {
        credential(entry.getValue().getAsJsonObject()).ifPresent(c -> found.put(server(entry.getKey()), c));
      }
    } catch (JsonParseException | IllegalStateException e) {
      throw new IllegalArgumentException("the docker configuration is not the JSON that it must be");
    }
    return new DockerConfig(found);
  }

  private static Optional<Credential.Password> credential(JsonObject entry) {
    if (entry.has("username") && entry.has("password")) {
      return Optional.of(
          new Credential.Password(entry.get("username").getAsString(), entry.get("password").getAsString()));
    }
    if (!entry.has("auth")) {
      return Optional.empty();
    }
    byte[] decoded = Base64.getMimeDecoder().decode(entry.get("auth").getAsString());
    String[] parts = new String(decoded, StandardCharsets.UTF_8).split(":", 2);
    return parts.length == 2 ? Optional.of(new Credential.Password(parts[0], parts[1])) : Optional.empty();
  }

  /**
   * Docker writes its Hub as {@code https://index.docker.io/v1/}; others write a scheme or the API's path
   * too.
   */
  private static String server(String key) {
    String bare = key.replaceFirst("^https?://", "").replaceFirst("/v[12]/?$", "").replaceFirst("/$", "");
    return bare.replaceFirst("^(index\\.docker\\.io|registry-1\\.docker\\.io)(?=/|$)",
        ImageReference.DOCKER_HUB);
  }

  /** The credential for this image: the entry with the longest path that leads to it. */
  public Optional<Credential.Password> forImage(ImageReference image) {
    String name = image.name();
    return byServer.entrySet().stream()
        .filter(e -> name.equals(e.getKey()) || name.startsWith(e.getKey() + "/"))
        .max(Map.Entry.comparingByKey((a, b) -> Integer.compare(a.length(), b.length())))
        .map(Map.Entry::getValue);
  }
}
