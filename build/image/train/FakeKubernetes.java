package train;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * As much of a Kubernetes API as the controller needs to work: it keeps what it is given, lists, watches and
 * patches it, and knows nothing of what it means. Field managers and conflicts are not looked at.
 */
final class FakeKubernetes {
  private static final String VERSION = """
      {"major":"1","minor":"34","gitVersion":"v1.34.2","gitCommit":"c","gitTreeState":"clean","buildDate":"d",\
      "goVersion":"go","compiler":"gc","platform":"linux/amd64"}""";
  private static final Map<String, String> KINDS = Map.ofEntries(Map.entry("pods", "Pod"),
      Map.entry("nodes", "Node"),
      Map.entry("namespaces", "Namespace"), Map.entry("secrets", "Secret"),
      Map.entry("configmaps", "ConfigMap"),
      Map.entry("events", "Event"), Map.entry("jobs", "Job"), Map.entry("leases", "Lease"),
      Map.entry("cachedimages", "CachedImage"), Map.entry("statefulsets", "StatefulSet"),
      Map.entry("daemonsets", "DaemonSet"), Map.entry("deployments", "Deployment"),
      Map.entry("replicasets", "ReplicaSet"), Map.entry("services", "Service"),
      Map.entry("endpointslices", "EndpointSlice"),
      Map.entry("mutatingwebhookconfigurations", "MutatingWebhookConfiguration"));

  private record Watch(String collection, Selector selector, LinkedBlockingQueue<String> events) {
    void tell(String path, String type, Map<String, Object> object) {
      if (isIn(path, collection) && selector.selects(object)) {
        events.add("{\"type\":\"" + type + "\",\"object\":" + Json.write(object) + "}\n");
      }
    }
  }

  /** A label selector out of {@code a=b}, {@code a} and {@code !a}. */
  private record Selector(List<String> terms) {
    static Selector of(String query) {
      String selector = parameter(query, "labelSelector");
      return new Selector(selector.isEmpty() ? List.of() : List.of(selector.split(",")));
    }

    boolean selects(Map<String, Object> object) {
      Map<String, Object> labels = Json.child(Json.child(object, "metadata"), "labels");
      return terms.stream().allMatch(term -> {
        String[] sides = term.split("=+");
        if (sides.length == 2) {
          return sides[1].equals(labels.get(sides[0]));
        }
        return term.startsWith("!") ? !labels.containsKey(term.substring(1)) : labels.containsKey(term);
      });
    }
  }

  private final Map<String, Map<String, Object>> objects = new TreeMap<>();
  private final List<Watch> watches = new ArrayList<>();
  private final HttpServer server;
  private long version = 1;

  FakeKubernetes(HttpServer server) {
    this.server = server;
    server.createContext("/version", exchange -> Answers.json(exchange, 200, VERSION));
    server.createContext("/", this::handle);
    server.start();
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  /** Stores an object as if somebody had created it; the path is the one of its collection. */
  synchronized void put(String collection, String json) {
    Map<String, Object> object = Json.object(json);
    store(collection + "/" + Json.child(object, "metadata").get("name"), object);
  }

  /** The objects of a collection, in all namespaces unless it is that of one. */
  synchronized List<Map<String, Object>> all(String collection) {
    return list(collection, new Selector(List.of()));
  }

  private static String parameter(String query, String name) {
    return Arrays.stream(query.split("&")).filter(p -> p.startsWith(name + "=")).findFirst()
        .map(p -> p.substring(name.length() + 1)).orElse("");
  }

  private void store(String path, Map<String, Object> object) {
    var metadata = Json.child(object, "metadata");
    String[] parts = path.split("/");
    boolean isNew = !objects.containsKey(path);
    metadata.putIfAbsent("uid", "uid-" + version);
    // Of now: the controller gives up on what is old and has not begun.
    metadata.putIfAbsent("creationTimestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    metadata.put("resourceVersion", Long.toString(++version));
    if (path.contains("/namespaces/")) {
      metadata.put("namespace", parts[indexOf(parts, "namespaces") + 1]);
    }
    object.putIfAbsent("kind", KINDS.getOrDefault(parts[parts.length - 2], "Unknown"));
    object.putIfAbsent("apiVersion", parts[1].equals("api") ? parts[2] : parts[2] + "/" + parts[3]);
    objects.put(path, object);
    announce(path, isNew ? "ADDED" : "MODIFIED", object);
  }

  private static int indexOf(String[] parts, String part) {
    return List.of(parts).indexOf(part);
  }

  private void announce(String path, String type, Map<String, Object> object) {
    watches.forEach(watch -> watch.tell(path, type, object));
  }

  /** Whether an object belongs to a collection, be it of its namespace or of all. */
  private static boolean isIn(String path, String collection) {
    String parent = path.substring(0, path.lastIndexOf('/'));
    return parent.equals(collection) || parent.replaceFirst("/namespaces/[^/]+/", "/").equals(collection);
  }

  private List<Map<String, Object>> list(String collection, Selector selector) {
    return objects.entrySet().stream().filter(e -> isIn(e.getKey(), collection)).map(Map.Entry::getValue)
        .filter(selector::selects).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    String[] parts = path.split("/");
    boolean collection = KINDS.containsKey(parts[parts.length - 1]);
    if (collection && query.contains("watch=true")) {
      watch(exchange, path, query);
      return;
    }
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String answer = collection
        ? collection(exchange.getRequestMethod(), path, query, body)
        : object(exchange.getRequestMethod(), path.replaceFirst("/(status|scale)$", ""), body);
    if (answer.isEmpty()) {
      Answers.json(exchange, 404,
          "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
              + "\"message\":\"not in the training\",\"reason\":\"NotFound\",\"code\":404}");
    } else {
      Answers.json(exchange, 200, answer);
    }
  }

  private synchronized String collection(String method, String path, String query, String body) {
    if (method.equals("POST")) {
      Map<String, Object> object = Json.object(body);
      var metadata = Json.child(object, "metadata");
      metadata.putIfAbsent("name", metadata.getOrDefault("generateName", "") + "x" + version);
      store(path + "/" + metadata.get("name"), object);
      return Json.write(object);
    }
    String kind = KINDS.get(path.substring(path.lastIndexOf('/') + 1));
    String[] parts = path.split("/");
    var list = new LinkedHashMap<String, Object>();
    list.put("kind", kind + "List");
    list.put("apiVersion", parts[1].equals("api") ? parts[2] : parts[2] + "/" + parts[3]);
    list.put("metadata", Map.of("resourceVersion", Long.toString(version)));
    list.put("items", list(path, Selector.of(query)));
    return Json.write(list);
  }

  /** The object after the request, or an empty text when there is none. */
  private synchronized String object(String method, String path, String body) {
    Map<String, Object> object = objects.get(path);
    switch (method) {
      case "PUT" -> {
        object = Json.object(body);
        store(path, object);
      }
      case "PATCH" -> {
        object = patched(path, object, Json.parse(body));
        store(path, object);
      }
      case "DELETE" -> {
        if (object != null) {
          objects.remove(path);
          announce(path, "DELETED", object);
        }
      }
      default -> {
        // GET: as it is.
      }
    }
    return object == null ? "" : Json.write(object);
  }

  /**
   * A merge (also what a server-side apply comes to here); of JSON patches, only that one was made is noted.
   */
  @SuppressWarnings("unchecked")
  private static Map<String, Object> patched(String path, Map<String, Object> object, Object patch) {
    Map<String, Object> target = object == null ? new LinkedHashMap<>() : object;
    Json.child(target, "metadata").putIfAbsent("name", path.substring(path.lastIndexOf('/') + 1));
    if (patch instanceof Map<?, ?> map) {
      merge(target, (Map<String, Object>) map);
    }
    return target;
  }

  @SuppressWarnings("unchecked")
  private static void merge(Map<String, Object> target, Map<String, Object> patch) {
    patch.forEach((key, value) -> {
      if (value instanceof Map<?, ?> map && target.get(key) instanceof Map<?, ?>) {
        merge((Map<String, Object>) target.get(key), (Map<String, Object>) map);
      } else {
        target.put(key, value);
      }
    });
  }

  /** A watch also tells what came between the client's list and this moment. */
  private synchronized void begin(Watch watch, String listed) {
    watches.add(watch);
    long known = listed.isEmpty() ? 0 : Long.parseLong(listed);
    objects.forEach((path, object) -> {
      if (Long.parseLong(Json.child(object, "metadata").get("resourceVersion").toString()) > known) {
        watch.tell(path, "ADDED", object);
      }
    });
  }

  private void watch(HttpExchange exchange, String collection, String query) throws IOException {
    var watch = new Watch(collection, Selector.of(query), new LinkedBlockingQueue<>());
    begin(watch, parameter(query, "resourceVersion"));
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    try (exchange) {
      while (true) {
        String event = watch.events.poll(30, TimeUnit.SECONDS);
        if (event == null) {
          return;
        }
        exchange.getResponseBody().write(event.getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      synchronized (this) {
        watches.remove(watch);
      }
    }
  }
}
