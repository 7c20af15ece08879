package io.kuik.controller.cluster;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.reflect.TypeToken;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.Pair;
import io.kuik.controller.json.Json;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/** Calls of the Kubernetes API as JSON: one place for paths, content types and errors. */
final class ApiCalls {
  static final String MERGE_PATCH = "application/merge-patch+json";
  static final String JSON_PATCH = "application/json-patch+json";

  private static final Type OBJECT = new TypeToken<JsonObject>() {
  }.getType();
  private static final int SHOWN = 500;
  /** Where the plural stands in the parts of {@code /api/v1/pods} and of {@code /apis/batch/v1/jobs}. */
  private static final int CORE = 3;
  private static final int GROUPED = 4;

  private final ApiClient client;
  private final BiConsumer<String, String> called;

  /** Calls that nobody counts. */
  ApiCalls(ApiClient client) {
    this(client, (verb, resource) -> {
    });
  }

  /** The second is told the verb and the resource of each call. */
  ApiCalls(ApiClient client, BiConsumer<String, String> called) {
    this.client = client;
    this.called = called;
  }

  ApiClient client() {
    return client;
  }

  JsonObject get(String path, Map<String, String> query) {
    return send("GET", path, query, null, "application/json");
  }

  /** Empty if it isn't there. */
  Optional<JsonObject> find(String path) {
    try {
      return Optional.of(get(path, Map.of()));
    } catch (ClusterException e) {
      if (e.status() == 404) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Empty if it is there already. */
  Optional<JsonObject> create(String path, JsonObject body) {
    try {
      return Optional.of(send("POST", path, Map.of(), body, "application/json"));
    } catch (ClusterException e) {
      if (e.status() == 409) {
        return Optional.empty();
      }
      throw e;
    }
  }

  JsonObject patch(String path, JsonElement body, String type) {
    return send("PATCH", path, Map.of(), body, type);
  }

  /** What isn't there is as good as deleted; dependents go in the background. */
  void delete(String path) {
    delete(path, null, Set.of(404));
  }

  /** The same, if it has this UID; what has another one is not what was meant. */
  void delete(String path, String uid) {
    var preconditions = new JsonObject();
    preconditions.addProperty("uid", uid);
    var options = new JsonObject();
    options.addProperty("apiVersion", "v1");
    options.addProperty("kind", "DeleteOptions");
    options.add("preconditions", preconditions);
    delete(path, options, Set.of(404, 409));
  }

  private void delete(String path, @Nullable JsonObject options, Set<Integer> harmless) {
    try {
      send("DELETE", path, Map.of("propagationPolicy", "Background"), options, "application/json");
    } catch (ClusterException e) {
      if (!harmless.contains(e.status())) {
        throw e;
      }
    }
  }

  /** The call itself, for watches. */
  Call call(String method, String path, Map<String, String> query, @Nullable JsonElement body, String type)
      throws ApiException {
    called.accept(query.containsKey("watch") ? "WATCH" : method, resource(path));
    List<Pair> pairs = new ArrayList<>();
    query.forEach((k, v) -> pairs.add(new Pair(k, v)));
    var headers = new HashMap<String, String>();
    headers.put("Accept", "application/json");
    headers.put("Content-Type", type);
    // As bytes: the client's own writer leaves nulls out, and with them everything that a patch takes back.
    byte @Nullable [] bytes = body == null ? null : body.toString().getBytes(StandardCharsets.UTF_8);
    return client.buildCall(null, path, method, pairs, new ArrayList<>(), bytes, headers, new HashMap<>(),
        new HashMap<>(),
        new String[]{"BearerToken"}, null);
  }

  /** The plural in a path of the API: with names, there would be no end to what is counted. */
  static String resource(String path) {
    String[] parts = path.split("/", -1);
    int kind = path.startsWith("/apis/") ? GROUPED : CORE;
    boolean inNamespace = parts.length > kind + 2 && parts[kind].equals("namespaces");
    int at = inNamespace ? kind + 2 : kind;
    String sub = parts.length > at + 2 ? "/" + parts[at + 2] : "";
    return parts.length > at ? parts[at] + sub : "";
  }

  private JsonObject send(String method, String path, Map<String, String> query, @Nullable JsonElement body,
      String type) {
    try {
      JsonObject answer = client.<JsonObject>execute(call(method, path, query, body, type), OBJECT).getData();
      return answer == null ? new JsonObject() : answer;
    } catch (ApiException e) {
      throw new ClusterException(method + " " + path, e.getCode(), said(e), e);
    }
  }

  /** The API server's own words; the client's message alone says little. */
  private static String said(ApiException e) {
    String body = e.getResponseBody();
    if (body != null) {
      try {
        Optional<String> message = Json.text(JsonParser.parseString(body), "message");
        if (message.isPresent()) {
          return message.get().substring(0, Math.min(SHOWN, message.get().length()));
        }
      } catch (JsonParseException notJson) {
        return body.substring(0, Math.min(SHOWN, body.length()));
      }
    }
    // The client's own message has five lines, of which the cause is one.
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }

  /** Why something failed, in one line. */
  static String reason(Throwable e) {
    return e instanceof ApiException api ? said(api) : e.toString().lines().findFirst().orElse("");
  }
}
