package io.kuik.gcworker;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The real registry program over a folder, configured as the chart does it; and its collector. */
final class LocalRegistry {
  private static final String ACCEPT = "application/vnd.oci.image.index.v1+json,application/vnd.oci.image.manifest.v1+json";

  private final Path folder;
  private Optional<Process> process = Optional.empty();
  private int port;

  LocalRegistry(Path folder) {
    this.folder = folder;
  }

  private static String program() {
    return Optional.ofNullable(System.getenv("KUIK_REGISTRY_BINARY")).filter(b -> !b.isEmpty())
        .orElseThrow(() -> new IllegalStateException("These tests need a real CNCF distribution: set"
            + " KUIK_REGISTRY_BINARY to its binary, as make test does, or leave them out with -DskipITs"));
  }

  Path data() {
    return folder.resolve("data");
  }

  private Process run(String name, String... arguments) throws IOException {
    Path config = Files.writeString(folder.resolve("config.yml"), """
        version: 0.1
        log: {level: warn, accesslog: {disabled: true}}
        storage: {filesystem: {rootdirectory: "%s"}, delete: {enabled: true}}
        http: {addr: "127.0.0.1:%d"}
        validation: {manifests: {indexes: {platforms: none}}}
        """.formatted(data(), port));
    var line = new ArrayList<String>(List.of(program()));
    line.addAll(List.of(arguments));
    line.add(config.toString());
    var builder = new ProcessBuilder(line).redirectErrorStream(true)
        .redirectOutput(folder.resolve(name + ".log").toFile());
    builder.environment().put("OTEL_TRACES_EXPORTER", "none");
    return builder.start();
  }

  void start() throws IOException, InterruptedException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    process = Optional.of(run("registry", "serve"));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() < end) {
      try {
        if (status("GET", "/v2/") == 200) {
          return;
        }
      } catch (IOException notYet) {
        Thread.onSpinWait();
      }
    }
    throw new IOException("the registry did not start: " + Files.readString(folder.resolve("registry.log")));
  }

  void stop() {
    process.ifPresent(p -> p.destroyForcibly().onExit().join());
    process = Optional.empty();
  }

  /** Starts the collector, as the Job does. */
  Process collect() throws IOException {
    return run("collector", "garbage-collect", "--delete-untagged");
  }

  /** What the collector said. */
  String logOrNothing() {
    try {
      return Files.readString(folder.resolve("collector.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private HttpURLConnection open(String method, String path) throws IOException {
    URI uri = path.startsWith("http") ? URI.create(path) : URI.create("http://127.0.0.1:" + port + path);
    var connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setRequestProperty("Accept", ACCEPT);
    return connection;
  }

  int status(String method, String path) throws IOException {
    return open(method, path).getResponseCode();
  }

  byte[] get(String path) throws IOException {
    try (var in = open("GET", path).getInputStream()) {
      return in.readAllBytes();
    }
  }

  private void put(String path, byte[] body, String type) throws IOException {
    HttpURLConnection connection = open("PUT", path);
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", type);
    connection.getOutputStream().write(body);
    if (connection.getResponseCode() != 201) {
      throw new IOException("PUT " + path + ": " + connection.getResponseCode());
    }
  }

  String blob(String repository, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    HttpURLConnection upload = open("POST", "/v2/" + repository + "/blobs/uploads/");
    upload.getResponseCode();
    String place = upload.getHeaderField("Location");
    put(place + (place.contains("?") ? "&" : "?") + "digest=" + digest(bytes), bytes,
        "application/octet-stream");
    return digest(bytes);
  }

  /** Stores a manifest under a tag, or under its digest when there is none. */
  String manifest(String repository, Optional<String> tag, String json, String kind) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    put("/v2/" + repository + "/manifests/" + tag.orElse(digest(bytes)), bytes,
        "application/vnd.oci.image." + kind + ".v1+json");
    return digest(bytes);
  }

  /** An image of one layer; returns the manifest's digest. */
  String image(String repository, Optional<String> tag, String layer) throws IOException {
    String config = blob(repository, "{\"layer\":\"" + layer.hashCode() + "\"}");
    String content = blob(repository, layer);
    return manifest(repository, tag, """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
         "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},
         "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":%d}]}"""
        .formatted(config, ("{\"layer\":\"" + layer.hashCode() + "\"}").length(), content, layer.length()),
        "manifest");
  }

  static String digest(byte[] bytes) {
    try {
      return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
