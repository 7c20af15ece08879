package io.kuik.proxy;

import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import io.kuik.registry.RealRegistry;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryEndpoint;
import io.kuik.registry.RegistrySettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * The proxy before real registries, for checks of the OCI distribution spec: once with the content in the
 * cache
 * and no upstream, once with an empty cache and the content upstream.
 */
final class SpecBed implements AutoCloseable {
  static final String REAL = "KUIK_REGISTRY_BINARY";
  static final String NAME = "docker.io/library/spec";
  static final String MANIFESTS = "/v2/" + NAME + "/manifests/";
  static final String BLOBS = "/v2/" + NAME + "/blobs/";
  static final String REFERRERS = "/v2/" + NAME + "/referrers/";
  static final String TAGS = "/v2/" + NAME + "/tags/list";
  static final String ABSENT = "sha256:" + "0".repeat(64);

  /** Which of the two registries has the content. */
  enum From {
    CACHE, UPSTREAM
  }

  final byte[] layer = new byte[200_000];
  final String manifestJson;
  final Digest blob;
  final Digest config;
  final Digest manifest;
  final Digest index;
  private final RealRegistry content;
  private final RealRegistry other;
  private final Proxy proxy;
  private final HttpClient http = HttpClient.newHttpClient();
  private final String repository;

  private SpecBed(From from) throws IOException, InterruptedException {
    content = RealRegistry.temporary();
    other = RealRegistry.temporary();
    repository = from == From.CACHE ? NAME : "library/spec";
    new Random(7).nextBytes(layer);
    blob = content.blob(repository, layer);
    config = content.blob(repository, "{}".getBytes(StandardCharsets.UTF_8));
    manifestJson = manifest("");
    manifest = content.manifest(repository, "v1", manifestJson, ManifestType.OCI_MANIFEST);
    content.manifest(repository, "v2", manifestJson, ManifestType.OCI_MANIFEST);
    index = content.manifest(repository, "index", index(manifest, manifestJson, ""), ManifestType.OCI_INDEX);
    RealRegistry cache = from == From.CACHE ? content : other;
    RealRegistry upstream = from == From.CACHE ? other : content;
    var settings = new Settings(7439, new InetSocketAddress("127.0.0.1", 0), cache.uri(),
        Path.of("no-credentials"), Optional.empty(), Set.of(), "^latest$", Duration.ofSeconds(60));
    var client = new RegistryClient(new RegistrySettings(Set.of(), Optional.empty(), "test"));
    proxy = new Proxy(settings, 0, _ -> RegistryEndpoint.cache(upstream.uri()), client);
  }

  /** One for each. */
  static Map<From, SpecBed> both() throws IOException, InterruptedException {
    var beds = new EnumMap<From, SpecBed>(From.class);
    for (From from : From.values()) {
      beds.put(from, new SpecBed(from));
    }
    return beds;
  }

  /** Pushes an image under the tag real, and an index of it under the tag multi, whose digest is returned. */
  Digest push(RealImage image) throws IOException, InterruptedException {
    content.blob(repository, image.layer);
    content.blob(repository, image.config);
    content.manifest(repository, "real", image.manifest, ManifestType.OCI_MANIFEST);
    return content.manifest(repository, "multi", image.index(), ManifestType.OCI_INDEX);
  }

  /** Pushes an artifact that refers to the manifest, and the tag by which it is found. */
  Digest pushReferrer(String artifactType) throws IOException, InterruptedException {
    String json = manifest(",\"artifactType\":\"" + artifactType + "\",\"subject\":{\"mediaType\":\""
        + ManifestType.OCI_MANIFEST + "\",\"digest\":\"" + manifest + "\",\"size\":" + manifestJson.length()
        + "}");
    Digest referrer = content.manifest(repository, Digest.sha256(json.getBytes(StandardCharsets.UTF_8))
        .toString(), json, ManifestType.OCI_MANIFEST);
    content.manifest(repository, "sha256-" + manifest.hex(),
        index(referrer, json, ",\"artifactType\":\"" + artifactType + "\""), ManifestType.OCI_INDEX);
    return referrer;
  }

  private String manifest(String more) {
    return """
        {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.oci.image.config.v1+json",
        "digest":"%s","size":2},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s",
        "size":%d}]%s}""".formatted(ManifestType.OCI_MANIFEST, config, blob, layer.length, more);
  }

  private static String index(Digest digest, String json, String more) {
    return """
        {"schemaVersion":2,"mediaType":"%s","manifests":[{"mediaType":"%s","digest":"%s","size":%d%s}]}"""
        .formatted(ManifestType.OCI_INDEX, ManifestType.OCI_MANIFEST, digest, json.length(), more);
  }

  HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
    return send("GET", path, headers);
  }

  HttpResponse<byte[]> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + proxy.port() + path);
    var request = HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody());
    return http.send((headers.length == 0 ? request : request.headers(headers)).build(),
        BodyHandlers.ofByteArray());
  }

  int port() {
    return proxy.port();
  }

  /** An answer's header, and as many bytes more; what came before the end if that comes sooner. */
  static String read(Socket socket, int body) throws IOException {
    socket.setSoTimeout(10_000);
    var answer = new StringBuilder();
    int end = -1;
    for (int b = socket.getInputStream().read(); b >= 0; b = socket.getInputStream().read()) {
      answer.append((char) b);
      end = end < 0 ? answer.indexOf("\r\n\r\n") : end;
      if (end >= 0 && answer.length() >= end + 4 + body) {
        break;
      }
    }
    return answer.toString();
  }

  static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    http.shutdownNow();
    proxy.close();
    content.close();
    other.close();
  }
}
