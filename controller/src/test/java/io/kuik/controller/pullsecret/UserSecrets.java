package io.kuik.controller.pullsecret;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Users' Secrets and ServiceAccounts in memory. */
public final class UserSecrets implements SecretStore {
  /** What was asked for, in order. */
  public final List<String> asked = new ArrayList<>();
  final Set<String> forbidden = new HashSet<>();
  private final Map<String, JsonObject> objects = new TreeMap<>();

  /** Stores a pull secret of namespace n with an entry for each of these servers. */
  public void pullSecret(String name, String... servers) {
    put("n/" + name, "dockerconfigjson", "{\"auths\":{" + Stream.of(servers)
        .map(s -> "\"" + s + "\":{\"username\":\"" + name + "\",\"password\":\"correct-horse\"}")
        .collect(Collectors.joining(",")) + "}}");
  }

  /** Stores a Secret with this content under the key that its type wants. */
  public void put(String key, String type, String content) {
    var secret = new JsonObject();
    secret.addProperty("type", "kubernetes.io/" + type);
    var data = new JsonObject();
    data.addProperty("." + type,
        Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8)));
    secret.add("data", data);
    objects.put("secret " + key, secret);
  }

  void put(String key, String json) {
    objects.put(key, JsonParser.parseString(json).getAsJsonObject());
  }

  @Override
  public Answer secret(ObjectName name) {
    return answer("secret " + name);
  }

  @Override
  public Answer serviceAccount(ObjectName name) {
    return answer("account " + name);
  }

  private Answer answer(String key) {
    asked.add(key);
    return forbidden.contains(key)
        ? new Forbidden()
        : Optional.ofNullable(objects.get(key)).<Answer>map(Found::new).orElseGet(Missing::new);
  }
}
