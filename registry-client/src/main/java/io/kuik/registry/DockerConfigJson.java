package io.kuik.registry;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Docker configurations as JSON, from and to; what is in one never gets into a message. */
final class DockerConfigJson {
  private static final String AUTHS = "auths";

  private DockerConfigJson() {
  }

  /** Reads one; an entry that holds no credential is left out and counted. */
  static DockerConfig read(String json, boolean wrapped) {
    JsonObject servers = servers(json, wrapped);
    var entries = new ArrayList<DockerConfig.Entry>();
    int unreadable = 0;
    for (var server : servers.entrySet()) {
      Optional<Credential> credential = credential(server.getValue());
      credential.ifPresent(c -> entries.add(new DockerConfig.Entry(server.getKey(), c)));
      unreadable += credential.isPresent() ? 0 : 1;
    }
    return new DockerConfig(List.copyOf(entries), unreadable);
  }

  private static JsonObject servers(String json, boolean wrapped) {
    try {
      JsonObject top = JsonParser.parseString(json).getAsJsonObject();
      if (!wrapped) {
        return top;
      }
      if (!top.has(AUTHS)) {
        throw new IllegalArgumentException("the docker configuration has no \"auths\"");
      }
      return top.get(AUTHS).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IllegalArgumentException("the docker configuration is not the JSON that it must be");
    }
  }

  private static Optional<Credential> credential(JsonElement value) {
    if (!value.isJsonObject()) {
      return Optional.empty();
    }
    JsonObject entry = value.getAsJsonObject();
    // As in the kubelet, what is encoded wins over what is spelled out.
    Optional<String> encoded = text(entry, "auth");
    Optional<Credential.Password> login = encoded.isPresent()
        ? encoded.flatMap(DockerConfigJson::decoded)
        : text(entry, "username").flatMap(user -> text(entry, "password")
            .map(password -> new Credential.Password(user, password)));
    Optional<String> user = login.map(Credential.Password::username).or(() -> text(entry, "username"));
    return text(entry, "identitytoken")
        .<Credential>map(token -> new Credential.IdentityToken(user.orElse(""), token)).or(() -> login);
  }

  private static Optional<Credential.Password> decoded(String auth) {
    try {
      byte[] bytes = Base64.getDecoder().decode(auth.replaceAll("\\s", ""));
      String[] parts = new String(bytes, StandardCharsets.UTF_8).split(":", 2);
      return parts.length == 2
          ? Optional.of(new Credential.Password(parts[0], parts[1]))
          : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(JsonObject entry, String name) {
    return Optional.ofNullable(entry.get(name)).filter(JsonElement::isJsonPrimitive)
        .map(JsonElement::getAsString).filter(t -> !t.isEmpty());
  }

  /** Each entry goes into the first file that has none for its server yet. */
  static List<String> write(List<DockerConfig.Entry> entries) {
    var files = new ArrayList<JsonObject>();
    for (DockerConfig.Entry entry : entries) {
      String server = ServerPattern.parse(entry.server()).key();
      JsonObject file = files.stream().filter(f -> !f.has(server)).findFirst().orElseGet(() -> {
        files.add(new JsonObject());
        return files.getLast();
      });
      file.add(server, json(entry.credential()));
    }
    return files.stream().map(servers -> {
      var top = new JsonObject();
      top.add(AUTHS, servers);
      return top.toString();
    }).toList();
  }

  private static JsonObject json(Credential credential) {
    var entry = new JsonObject();
    switch (credential) {
      case Credential.Password p -> {
        entry.addProperty("username", p.username());
        entry.addProperty("password", p.password());
      }
      case Credential.IdentityToken t -> {
        entry.addProperty("username", t.username());
        entry.addProperty("identitytoken", t.token());
      }
      case Credential.Anonymous none -> {
        // An entry without a credential says nothing, and is read as none.
      }
    }
    return entry;
  }
}
