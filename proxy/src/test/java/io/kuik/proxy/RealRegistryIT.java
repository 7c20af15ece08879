package io.kuik.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import io.kuik.registry.RealRegistry;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryEndpoint;
import io.kuik.registry.RegistrySettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** The proxy in front of the registry that the chart installs: what it hands out is what that one says. */
@EnabledIfEnvironmentVariable(named = "KUIK_REGISTRY_BINARY", matches = ".+")
class RealRegistryIT {
  private static final String REPOSITORY = "docker.io/library/nginx";
  private static final String PATH = "/v2/" + REPOSITORY + "/";

  @TempDir
  private Path credentials;
  private final HttpClient http = HttpClient.newHttpClient();
  private final byte[] layer = new byte[5_000_000];
  private RealRegistry registry;
  private Proxy proxy;
  private Digest blob;
  private Digest index;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    new Random(1).nextBytes(layer);
    registry = RealRegistry.temporary();
    blob = registry.blob(REPOSITORY, layer);
    index = registry.manifest(REPOSITORY, "1.27", """
        {"schemaVersion": 2,  "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": []}
        """, ManifestType.OCI_INDEX);
    var settings = new Settings(7439, new InetSocketAddress("127.0.0.1", 0), registry.uri(), credentials,
        Optional.empty(), Set.of(), "^latest$", Duration.ofSeconds(60));
    var client = new RegistryClient(new RegistrySettings(Set.of(), Optional.empty(), "test"));
    proxy = new Proxy(settings, 0, _ -> RegistryEndpoint.cache(URI.create("http://127.0.0.1:1")), client);
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    registry.close();
    http.shutdownNow();
  }

  private HttpResponse<byte[]> ask(URI base, String method, String path, String... headers)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(base.resolve(path)).method(method, BodyPublishers.noBody());
    return http.send((headers.length == 0 ? request : request.headers(headers)).build(),
        BodyHandlers.ofByteArray());
  }

  private void same(String method, String path, String... headers) throws IOException, InterruptedException {
    HttpResponse<byte[]> direct = ask(registry.uri(), method, path, headers);
    HttpResponse<byte[]> proxied = ask(URI.create("http://127.0.0.1:" + proxy.port()), method, path, headers);
    String what = method + " " + path + " " + List.of(headers);
    assertEquals(direct.statusCode(), proxied.statusCode(), what);
    assertArrayEquals(direct.body(), proxied.body(), what);
    for (String name : List.of("Content-Type", "Content-Length", "Content-Range", "Docker-Content-Digest",
        "Docker-Distribution-Api-Version")) {
      boolean told = direct.statusCode() != 416 || name.equals("Content-Range");
      assertEquals(told ? direct.headers().firstValue(name) : proxied.headers().firstValue(name),
          proxied.headers().firstValue(name), what + " " + name);
    }
  }

  @Test
  void saysOfManifestsWhatTheRegistrySays() throws Exception {
    for (String method : List.of("HEAD", "GET")) {
      for (String accept : List.of(ManifestType.OCI_INDEX, String.join(", ", ManifestType.ACCEPT))) {
        same(method, PATH + "manifests/1.27", "Accept", accept);
        same(method, PATH + "manifests/" + index, "Accept", accept);
      }
    }
  }

  @Test
  void saysOfBlobsWhatTheRegistrySays() throws Exception {
    same("HEAD", PATH + "blobs/" + blob);
    same("GET", PATH + "blobs/" + blob);
  }

  @Test
  void servesPartsAsTheRegistryDoes() throws Exception {
    for (String range : List.of("bytes=0-0", "bytes=100-1999", "bytes=4999999-", "bytes=-17",
        "bytes=4999990-9999999")) {
      same("GET", PATH + "blobs/" + blob, "Range", range);
    }
    URI base = URI.create("http://127.0.0.1:" + proxy.port());
    HttpResponse<byte[]> beyond = ask(base, "GET", PATH + "blobs/" + blob, "Range", "bytes=5000000-");
    assertEquals("416 bytes */5000000",
        beyond.statusCode() + " " + beyond.headers().firstValue("Content-Range").orElse(""));
  }

  @Test
  void answersTheSameOnIpv6() throws Exception {
    var answers = new TreeMap<String, Integer>();
    for (String host : List.of("127.0.0.1", "[::1]")) {
      answers.put(host,
          ask(URI.create("http://" + host + ":" + proxy.port()), "HEAD", PATH + "manifests/1.27")
              .statusCode());
    }
    assertEquals(Set.of(200), Set.copyOf(answers.values()), answers.toString());
  }
}
