package io.kuik.proxy;

import io.kuik.model.Digest;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The CNCF distribution registry as a process on this machine, and a client that pushes to it. */
final class RealRegistry implements AutoCloseable {
  private final Path folder = Files.createTempDirectory("kuik-registry");
  private final int port = freePort();
  private final HttpClient http = HttpClient.newHttpClient();
  private final String binary;
  private Process process;

  RealRegistry(String binary) throws IOException {
    this.binary = binary;
    Path config = folder.resolve("config.yml");
    Files.writeString(config, """
        version: 0.1
        log: {level: error}
        storage: {filesystem: {rootdirectory: %s}}
        validation: {manifests: {indexes: {platforms: none}}}
        http: {addr: "127.0.0.1:%d", secret: test}
        """.formatted(folder.resolve("data"), port));
    process = started(config);
  }

  private Process started(Path config) throws IOException {
    var builder = new ProcessBuilder(binary, "serve", config.toString()).redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile());
    builder.environment().put("OTEL_TRACES_EXPORTER", "none");
    Process next = builder.start();
    while (!listening()) {
      if (!next.isAlive()) {
        throw new IOException("the registry ended: " + Files.readString(folder.resolve("log")));
      }
      Thread.onSpinWait();
    }
    return next;
  }

  /** As the kernel does when there is no memory. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** The same registry once more, at its old address. */
  void restart() throws IOException {
    process = started(folder.resolve("config.yml"));
  }

  /** It takes connections and says nothing. */
  void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private boolean listening() {
    try (var socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  Digest pushBlob(String repository, byte[] bytes) throws IOException, InterruptedException {
    Digest digest = Digest.sha256(bytes);
    URI uploads = address().resolve("/v2/" + repository + "/blobs/uploads/");
    HttpResponse<String> started = send(HttpRequest.newBuilder(uploads).POST(BodyPublishers.noBody()), 202);
    URI upload = uploads.resolve(started.headers().firstValue("Location").orElseThrow());
    URI whole = URI.create(upload + (upload.getQuery() == null ? "?" : "&") + "digest=" + digest);
    send(HttpRequest.newBuilder(whole).header("Content-Type", "application/octet-stream")
        .PUT(BodyPublishers.ofByteArray(bytes)), 201);
    return digest;
  }

  Digest pushManifest(String repository, String tag, String type, String json)
      throws IOException, InterruptedException {
    URI uri = address().resolve("/v2/" + repository + "/manifests/" + tag);
    HttpResponse<String> response = send(
        HttpRequest.newBuilder(uri).header("Content-Type", type).PUT(BodyPublishers.ofString(json)), 201);
    return Digest.parse(response.headers().firstValue("Docker-Content-Digest").orElseThrow());
  }

  private HttpResponse<String> send(HttpRequest.Builder request, int expected)
      throws IOException, InterruptedException {
    HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
    if (response.statusCode() != expected) {
      throw new IOException(response + ": " + response.body());
    }
    return response;
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly().onExit().join();
    http.shutdownNow();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
