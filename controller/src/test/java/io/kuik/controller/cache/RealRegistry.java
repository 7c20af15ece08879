package io.kuik.controller.cache;

import io.kuik.model.Digest;
import io.kuik.registry.Credential;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistrySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** The CNCF distribution registry as a process on this machine, configured as the chart does it. */
public final class RealRegistry implements AutoCloseable {
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI base;
  private final Process process;

  /** Keeps images in this folder. */
  public RealRegistry(Path folder, boolean readOnly) throws IOException {
    int port = freePort();
    base = URI.create("http://127.0.0.1:" + port);
    Path config = Files.writeString(folder.resolve("config.yml"),
        """
            version: 0.1
            log: {level: error, accesslog: {disabled: true}}
            storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}, maintenance: {readonly: {enabled: %s}}}
            validation: {manifests: {indexes: {platforms: none}}}
            http: {addr: "127.0.0.1:%d", secret: test}
            """
            .formatted(folder.resolve("data"), readOnly, port));
    var builder = new ProcessBuilder(program(), "serve", config.toString()).redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile());
    builder.environment().put("OTEL_TRACES_EXPORTER", "none");
    process = builder.start();
    while (!listening(port)) {
      if (!process.isAlive()) {
        throw new IOException("the registry ended: " + Files.readString(folder.resolve("log")));
      }
      Thread.onSpinWait();
    }
  }

  private static String program() {
    return Optional.ofNullable(System.getenv("KUIK_REGISTRY_BINARY")).filter(b -> !b.isEmpty())
        .orElseThrow(() -> new IllegalStateException("These tests need a real CNCF distribution: set "
            + "KUIK_REGISTRY_BINARY to its binary, as make test does, or leave them out with -DskipITs"));
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean listening(int port) {
    try (var socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** The registry as the controller sees it, in lists of two names a page. */
  public CacheRegistry tags() {
    return new CacheRegistry(
        new RegistryClient(new RegistrySettings(Set.of(), Optional.empty(), "test")), base,
        () -> Credential.ANONYMOUS, 2);
  }

  /** Pushes an index with these children, whose mark makes its digest one of its own. */
  public Digest push(String repository, String tag, String mark, Digest... children) {
    var list = new StringBuilder();
    for (Digest child : children) {
      list.append(list.isEmpty() ? "" : ",").append("{\"mediaType\":\"").append(INDEX)
          .append("\",\"size\":1,\"digest\":\"").append(child).append("\"}");
    }
    String json = "{\"schemaVersion\":2,\"mediaType\":\"" + INDEX + "\",\"manifests\":[" + list
        + "],\"annotations\":{\"mark\":\"" + mark + "\"}}";
    HttpResponse<String> answer = send(HttpRequest
        .newBuilder(base.resolve("/v2/" + repository + "/manifests/" + tag)).header("Content-Type", INDEX)
        .PUT(BodyPublishers.ofString(json)).build());
    if (answer.statusCode() != 201) {
      throw new IllegalStateException("HTTP " + answer.statusCode() + " " + answer.body());
    }
    return Digest.sha256(json.getBytes(StandardCharsets.UTF_8));
  }

  /** The status of a GET for a manifest. */
  public int status(String repository, Object version) {
    return send(HttpRequest.newBuilder(base.resolve("/v2/" + repository + "/manifests/" + version))
        .header("Accept", INDEX).build()).statusCode();
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(request.uri() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
