package io.kuik.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** A registry in this process for the faults that a real one can't be made to have; it answers reads only. */
public final class FakeRegistry implements AutoCloseable {
  /** Answers a request instead of the registry when it returns true. */
  public interface Fault {
    /** Looks at the request and may answer it. */
    boolean answer(HttpExchange exchange) throws IOException;
  }

  private record Stored(byte[] bytes, String mediaType) {
  }

  private final HttpServer server;
  private final String scheme;
  private final Map<String, Stored> content = new ConcurrentHashMap<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private volatile Fault fault = exchange -> false;

  /** Listens on a free port of the loopback address. */
  public FakeRegistry() throws IOException {
    this(HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0), "http");
  }

  /** The same with TLS. */
  static FakeRegistry secured(SSLContext tls) throws IOException {
    var server = HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return new FakeRegistry(server, "https");
  }

  private FakeRegistry(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  /** Its address as an endpoint that no guard watches. */
  public RegistryEndpoint endpoint() {
    return RegistryEndpoint.cache(URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort()));
  }

  /** Stores a manifest under its digest and a tag; the digest is returned. */
  public Digest putManifest(String repository, String tag, String json) {
    return putManifest(repository, tag, json, ManifestType.OCI_MANIFEST);
  }

  /** The same with another media type. */
  public Digest putManifest(String repository, String tag, String json, String mediaType) {
    var stored = new Stored(json.getBytes(StandardCharsets.UTF_8), mediaType);
    Digest digest = Digest.sha256(stored.bytes);
    content.put("/v2/" + repository + "/manifests/" + digest, stored);
    content.put("/v2/" + repository + "/manifests/" + tag, stored);
    return digest;
  }

  /** Stores a blob. */
  public Digest putBlob(String repository, byte[] bytes) {
    Digest digest = Digest.sha256(bytes);
    content.put("/v2/" + repository + "/blobs/" + digest, new Stored(bytes, "application/octet-stream"));
    return digest;
  }

  /** From now on every request passes here first. */
  public void fault(Fault next) {
    fault = next;
  }

  /** What was asked so far: method and path. */
  public List<String> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      requests.add(exchange.getRequestMethod() + " " + path);
      if (fault.answer(exchange)) {
        return;
      }
      Optional<Stored> stored = Optional.ofNullable(content.get(path));
      if (path.equals("/v2/")) {
        answer(exchange, 200, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
      } else if (stored.isPresent()) {
        exchange.getResponseHeaders().set("Docker-Content-Digest",
            Digest.sha256(stored.get().bytes).toString());
        answer(exchange, 200, stored.get().mediaType, stored.get().bytes);
      } else {
        error(exchange, 404, "MANIFEST_UNKNOWN", "not in the fake registry");
      }
    }
  }

  /** Sends a spec error body. */
  public static void error(HttpExchange exchange, int status, String code, String message)
      throws IOException {
    String body = "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}]}";
    answer(exchange, status, "application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends bytes, or only their length for a HEAD. */
  public static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
