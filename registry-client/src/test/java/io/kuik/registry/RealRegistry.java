package io.kuik.registry;

import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The CNCF distribution registry as a process on this machine, configured as the chart does it, and a client
 * that pushes to it.
 */
public final class RealRegistry implements AutoCloseable, ImageStore {
  public static final String USER = "kuik-write";
  public static final String PASSWORD = "battery-staple";
  private static final int START_SECONDS = 20;

  private final RegistrySetup setup;
  private final boolean temporary;
  private final URI uri;
  private final Path config;
  private Process process;

  /** Open to everybody, with its files in this folder. */
  public RealRegistry(Path folder) throws IOException {
    this(RegistrySetup.in(folder));
  }

  /** Open to everybody, with files that go when it is closed. */
  public static RealRegistry temporary() throws IOException {
    return new RealRegistry(RegistrySetup.in(Files.createTempDirectory("kuik-registry")), true);
  }

  /** Over https, the methods of this class that ask it don't work. */
  public RealRegistry(RegistrySetup setup) throws IOException {
    this(setup, false);
  }

  private RealRegistry(RegistrySetup setup, boolean temporary) throws IOException {
    this.setup = setup;
    this.temporary = temporary;
    int port = freePort();
    uri = URI.create((setup.certificate().isPresent() ? "https" : "http") + "://127.0.0.1:" + port);
    config = setup.configuration(port);
    process = started();
  }

  /** A port that nobody listens on. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Process started() throws IOException {
    var builder = new ProcessBuilder(setup.program(), "serve", config.toString()).redirectErrorStream(true)
        .redirectOutput(log().toFile());
    builder.environment().put("OTEL_TRACES_EXPORTER", "none");
    Process next = builder.start();
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (System.nanoTime() < until && next.isAlive()) {
      if (listening()) {
        return next;
      }
      Thread.onSpinWait();
    }
    next.destroyForcibly().onExit().join();
    throw new IOException("the registry did not start: " + Files.readString(log()));
  }

  private Path log() {
    return setup.folder().resolve("registry.log");
  }

  private boolean listening() {
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  /** As the kernel does when there is no memory. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** The same registry once more, at its old address. */
  public void restart() throws IOException {
    process = started();
  }

  /** It takes connections and says nothing. */
  public void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** It goes on where it froze. */
  public void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** Its address, without a path. */
  public URI uri() {
    return uri;
  }

  /** An answer, read to its end. */
  public record Answer(int status, byte[] body, Optional<String> digest, Optional<String> location) {
  }

  /** What it answers to its own user. */
  public Answer get(String path) {
    return exchange("GET", path, new byte[0], "");
  }

  /** The status and a manifest by tag or digest, as text. */
  public String manifest(String repository, Object version) {
    Answer answer = get("/v2/" + repository + "/manifests/" + version);
    return answer.status() + " " + new String(answer.body(), StandardCharsets.UTF_8);
  }

  private Answer exchange(String method, String path, byte[] body, String type) {
    try {
      var connection = (HttpURLConnection) uri.resolve(path).toURL().openConnection();
      connection.setRequestMethod(method);
      connection.setRequestProperty("Authorization", "Basic " + Base64.getEncoder()
          .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8)));
      connection.setRequestProperty("Accept", String.join(",", ManifestType.ACCEPT));
      if (!type.isEmpty()) {
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", type);
        connection.setFixedLengthStreamingMode(body.length);
        try (OutputStream out = connection.getOutputStream()) {
          out.write(body);
        }
      }
      int status = connection.getResponseCode();
      try (var in = status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
        return new Answer(status, in == null ? new byte[0] : in.readAllBytes(),
            Optional.ofNullable(connection.getHeaderField("Docker-Content-Digest")),
            Optional.ofNullable(connection.getHeaderField("Location")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Digest blob(String repository, byte[] bytes) {
    Digest digest = Digest.sha256(bytes);
    Answer open = exchange("POST", "/v2/" + repository + "/blobs/uploads/", new byte[0], "text/plain");
    expect(List.of(202), open);
    expect(List.of(201), exchange("PUT", open.location().orElseThrow() + "&digest=" + digest, bytes,
        "application/octet-stream"));
    return digest;
  }

  @Override
  public Digest manifest(String repository, String tag, String json, String mediaType) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    expect(List.of(201), exchange("PUT", "/v2/" + repository + "/manifests/" + tag, bytes, mediaType));
    return Digest.sha256(bytes);
  }

  private static void expect(List<Integer> statuses, Answer answer) {
    if (!statuses.contains(answer.status())) {
      throw new IllegalStateException(
          "HTTP " + answer.status() + " " + new String(answer.body(), StandardCharsets.UTF_8));
    }
  }

  @Override
  public void close() {
    kill();
    if (temporary) {
      delete(setup.folder());
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
