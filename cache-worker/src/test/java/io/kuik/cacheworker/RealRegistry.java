package io.kuik.cacheworker;

import io.kuik.model.Digest;
import io.kuik.registry.SelfSigned;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A CNCF registry as a process of its own, configured as the chart does it; version 3 unless said otherwise.
 */
final class RealRegistry implements AutoCloseable, ImageStore {
  static final String USER = "kuik-write";
  static final String PASSWORD = "battery-staple";
  /** bcrypt of the password at cost 4. */
  private static final String HTPASSWD = USER
      + ":$2y$04$abcdefghijklmnopqrstuuWDWzeoIYoKHaOtPwucCs2H/ubg5RJne\n";
  private static final int START_SECONDS = 20;

  private final Process process;
  private final URI uri;

  /**
   * How a registry is set up.
   *
   * @param folder
   *          for its configuration and log
   * @param binary
   *          the environment's variable with the program's path
   * @param data
   *          where it keeps images; several registries may share it
   * @param auth
   *          its configuration's section {@code auth}, or nothing
   */
  record Setup(Path folder, String binary, Path data, String auth, Optional<SelfSigned> certificate) {
    private static final String VERSION_28 = "KUIK_REGISTRY_28_BINARY";

    static Setup in(Path folder) {
      return new Setup(folder, "KUIK_REGISTRY_BINARY", folder.resolve("data"), "", Optional.empty());
    }

    /** The same as version 2.8, which many still run. */
    Setup old() {
      return new Setup(folder, VERSION_28, data, auth, certificate);
    }

    Setup data(Path other) {
      return new Setup(folder, binary, other, auth, certificate);
    }

    Setup auth(String section) {
      return new Setup(folder, binary, data, "auth: " + section + "\n", certificate);
    }

    Setup tls(Optional<SelfSigned> with) {
      return new Setup(folder, binary, data, auth, with);
    }

    private Setup password(boolean wanted) throws IOException {
      Path htpasswd = Files.writeString(folder.resolve("htpasswd"), HTPASSWD);
      return wanted ? auth("{htpasswd: {realm: kube-image-keeper, path: " + htpasswd + "}}") : this;
    }

    private String program() {
      return Optional.ofNullable(System.getenv(binary)).filter(b -> !b.isEmpty())
          .orElseThrow(
              () -> new IllegalStateException("These tests need a real CNCF distribution: set " + binary
                  + " to its binary, as make test does, or leave them out with -DskipITs"));
    }

    private Path configuration(int port) throws IOException {
      return Files.writeString(folder.resolve("config.yml"),
          "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: "
              + data + "}, delete: {enabled: true}}\nhttp: {addr: \"127.0.0.1:" + port + "\""
              + certificate.map(c -> ", tls: {certificate: " + c.certificate() + ", key: " + c.key() + "}")
                  .orElse("")
              + "}\n"
              + (binary.equals(VERSION_28) ? "" : "validation: {manifests: {indexes: {platforms: none}}}\n")
              + auth);
    }
  }

  RealRegistry(Path folder, boolean withPassword) throws IOException {
    this(folder, withPassword, Optional.empty());
  }

  /** With a certificate it speaks https; then the methods of this class don't work. */
  RealRegistry(Path folder, boolean withPassword, Optional<SelfSigned> certificate)
      throws IOException {
    this(Setup.in(folder).tls(certificate).password(withPassword));
  }

  RealRegistry(Setup setup) throws IOException {
    int port = freePort();
    uri = URI.create((setup.certificate().isPresent() ? "https" : "http") + "://127.0.0.1:" + port);
    Path folder = setup.folder();
    ProcessBuilder builder = new ProcessBuilder(setup.program(), "serve",
        setup.configuration(port).toString());
    builder.environment().put("OTEL_TRACES_EXPORTER", "none");
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("registry.log").toFile());
    process = builder.start();
    awaitAnswer(folder);
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitAnswer(Path folder) throws IOException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (System.nanoTime() < until && process.isAlive()) {
      try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException notYet) {
        Thread.onSpinWait();
      }
    }
    close();
    throw new IOException("the registry did not start: " + Files.readString(folder.resolve("registry.log")));
  }

  URI uri() {
    return uri;
  }

  /** An answer, read to its end. */
  record Answer(int status, byte[] body, Optional<String> digest, Optional<String> location) {
  }

  Answer get(String path) {
    return exchange("GET", path, new byte[0], "");
  }

  /** A manifest by tag or digest, as text. */
  String manifest(String repository, Object version) {
    Answer answer = get("/v2/" + repository + "/manifests/" + version);
    return answer.status() + " " + new String(answer.body(), StandardCharsets.UTF_8);
  }

  private Answer exchange(String method, String path, byte[] body, String type) {
    try {
      var connection = (HttpURLConnection) uri.resolve(path).toURL().openConnection();
      connection.setRequestMethod(method);
      connection.setRequestProperty("Authorization", "Basic " + Base64.getEncoder()
          .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8)));
      connection.setRequestProperty("Accept", String.join(",", io.kuik.model.ManifestType.ACCEPT));
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
    process.destroyForcibly().onExit().join();
  }
}
