package train;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A registry that holds an image of two platforms, takes uploads, and wants a token or a password first. */
final class FakeRegistry {
  static final String USER = "kuik";
  static final String PASSWORD = "training";

  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final int LAYER_BYTES = 1 << 20;

  private record Stored(byte[] bytes, String type) {
  }

  private final HttpServer server;
  private final String challenge;
  private final Map<String, Stored> content = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger uploads = new AtomicInteger();
  private final AtomicInteger tagsWritten = new AtomicInteger();

  private FakeRegistry(HttpServer server, String challenge) {
    this.server = server;
    this.challenge = challenge;
    server.createContext("/", this::handle);
    server.start();
  }

  /** The cache: plain http and a password. */
  static FakeRegistry cache(HttpServer server) {
    return new FakeRegistry(server, "Basic realm=\"kube-image-keeper\"");
  }

  /** An upstream: TLS and anonymous tokens. */
  static FakeRegistry upstream(HttpServer server) {
    return new FakeRegistry(server,
        "Bearer realm=\"https://" + authority(server) + "/token\",service=\"training\"");
  }

  private static String authority(HttpServer server) {
    return server.getAddress().getAddress().getHostAddress() + ":" + server.getAddress().getPort();
  }

  /** Host and port. */
  String authority() {
    return authority(server);
  }

  int requests() {
    return requests.get();
  }

  /** How often a client stored a manifest under a tag. */
  int tagsWritten() {
    return tagsWritten.get();
  }

  /**
   * Stores an image of linux/amd64 and linux/arm64 under a tag; the digest of its first layer is returned.
   */
  String putImage(String repository, String tag) {
    var random = new Random(1);
    String entries = Arrays.stream(new String[]{"amd64", "arm64"})
        .map(architecture -> descriptor(putPlatform(repository, architecture, random), MANIFEST,
            ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}"))
        .collect(Collectors.joining(","));
    byte[] index = bytes(
        "{\"schemaVersion\":2,\"mediaType\":\"" + INDEX + "\",\"manifests\":[" + entries + "]}");
    putManifest(repository, digest(index), index, INDEX);
    putManifest(repository, tag, index, INDEX);
    return digest(layer(new Random(1)));
  }

  private byte[] putPlatform(String repository, String architecture, Random random) {
    byte[] config = bytes(
        "{\"os\":\"linux\",\"architecture\":\"" + architecture + "\",\"rootfs\":{\"type\":\"layers\"}}");
    putBlob(repository, config);
    String layers = IntStream.range(0, 3).mapToObj(i -> layer(random))
        .peek(layer -> putBlob(repository, layer))
        .map(layer -> descriptor(layer, "application/vnd.oci.image.layer.v1.tar+gzip", ""))
        .collect(Collectors.joining(","));
    byte[] manifest = bytes("{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":"
        + descriptor(config, "application/vnd.oci.image.config.v1+json", "") + ",\"layers\":[" + layers
        + "]}");
    putManifest(repository, digest(manifest), manifest, MANIFEST);
    return manifest;
  }

  private static byte[] layer(Random random) {
    byte[] layer = new byte[LAYER_BYTES];
    random.nextBytes(layer);
    return layer;
  }

  private static String descriptor(byte[] content, String type, String more) {
    return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest(content) + "\",\"size\":" + content.length
        + more
        + "}";
  }

  private void putBlob(String repository, byte[] bytes) {
    content.put("/v2/" + repository + "/blobs/" + digest(bytes),
        new Stored(bytes, "application/octet-stream"));
  }

  private void putManifest(String repository, String version, byte[] bytes, String type) {
    content.put("/v2/" + repository + "/manifests/" + version, new Stored(bytes, type));
  }

  private static String digest(byte[] bytes) {
    return "sha256:" + Hashes.of(bytes);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void handle(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/token")) {
      Answers.json(exchange, 200, "{\"token\":\"t\",\"expires_in\":300}");
    } else if (exchange.getRequestHeaders().getFirst("Authorization") == null) {
      exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
      error(exchange, 401, "UNAUTHORIZED");
    } else {
      switch (exchange.getRequestMethod()) {
        case "GET", "HEAD" -> read(exchange, path);
        case "DELETE" -> Answers.empty(exchange, content.remove(path) == null ? 404 : 202);
        default -> write(exchange, path);
      }
    }
  }

  private void read(HttpExchange exchange, String path) throws IOException {
    Stored stored = content.get(path);
    if (path.equals("/v2/")) {
      Answers.json(exchange, 200, "{}");
    } else if (path.endsWith("/tags/list")) {
      Answers.json(exchange, 200, "{\"tags\":[\"v1\"]}");
    } else if (stored == null) {
      error(exchange, 404, path.contains("/blobs/") ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN");
    } else {
      exchange.getResponseHeaders().set("Docker-Content-Digest", digest(stored.bytes));
      Answers.send(exchange, 200, stored.type, stored.bytes);
    }
  }

  /** Uploads in one or many parts; what was sent in parts is kept under the upload's own path. */
  private void write(HttpExchange exchange, String path) throws IOException {
    String repository = path.replaceAll("^/v2/|/(blobs|manifests)/.*$", "");
    byte[] sent = exchange.getRequestBody().readAllBytes();
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    if (path.contains("/manifests/")) {
      String version = path.substring(path.lastIndexOf('/') + 1);
      tagsWritten.addAndGet(version.startsWith("sha256:") ? 0 : 1);
      String type = exchange.getRequestHeaders().getFirst("Content-Type");
      putManifest(repository, version, sent, type);
      putManifest(repository, digest(sent), sent, type);
      created(exchange, digest(sent));
    } else if (query.contains("digest=")) {
      byte[] whole = join(content.remove(path), sent);
      putBlob(repository, whole);
      created(exchange, digest(whole));
    } else {
      String upload = path.endsWith("/uploads/") ? path + uploads.incrementAndGet() : path;
      content.put(upload, new Stored(join(content.get(upload), sent), ""));
      exchange.getResponseHeaders().set("Location", "http://" + authority() + upload + "?_state=s");
      exchange.getResponseHeaders().set("Range", "0-" + (content.get(upload).bytes.length - 1));
      Answers.empty(exchange, 202);
    }
  }

  private static byte[] join(Stored before, byte[] after) {
    if (before == null) {
      return after;
    }
    byte[] whole = Arrays.copyOf(before.bytes, before.bytes.length + after.length);
    System.arraycopy(after, 0, whole, before.bytes.length, after.length);
    return whole;
  }

  private static void created(HttpExchange exchange, String digest) throws IOException {
    exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
    exchange.getResponseHeaders().set("Location", exchange.getRequestURI().getPath());
    Answers.empty(exchange, 201);
  }

  private static void error(HttpExchange exchange, int status, String code) throws IOException {
    Answers.json(exchange, status, "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"training\"}]}");
  }
}
