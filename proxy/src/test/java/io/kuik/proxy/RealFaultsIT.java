package io.kuik.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import io.kuik.registry.RealRegistry;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryEndpoint;
import io.kuik.registry.RegistrySettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Real registries as cache and upstream that are killed, frozen and started again while they are needed. */
@EnabledIfEnvironmentVariable(named = "KUIK_REGISTRY_BINARY", matches = ".+")
class RealFaultsIT {
  /** An upstream that says nothing for longer is one that hangs. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);
  private static final String CACHED = "docker.io/library/nginx";
  private static final String UPSTREAM = "library/nginx";
  private static final String PATH = "/v2/" + CACHED + "/";

  @TempDir
  private Path credentials;
  private final HttpClient http = HttpClient.newHttpClient();
  private final byte[] layer = new byte[40 << 20];
  private RealRegistry cache;
  private RealRegistry upstream;
  private Proxy proxy;
  private Digest blob;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    new Random(1).nextBytes(layer);
    cache = RealRegistry.temporary();
    upstream = RealRegistry.temporary();
    blob = upstream.blob(UPSTREAM, layer);
    var settings = new Settings(7439, new InetSocketAddress("127.0.0.1", 0), cache.uri(), credentials,
        Optional.empty(), Set.of(), "^latest$", Duration.ofSeconds(60));
    var client = new RegistryClient(new RegistrySettings(Set.of(), Optional.empty(), "test"));
    proxy = new Proxy(settings, 0, _ -> RegistryEndpoint.cache(upstream.uri()), client);
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    cache.close();
    upstream.close();
    http.shutdownNow();
  }

  private HttpRequest get(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + PATH + path)).build();
  }

  private HttpResponse<byte[]> pull(String path) throws IOException, InterruptedException {
    return http.send(get(path), BodyHandlers.ofByteArray());
  }

  private InputStream begin() throws IOException, InterruptedException {
    return http.send(get("blobs/" + blob), BodyHandlers.ofInputStream()).body();
  }

  @Test
  void goOnWithABlobOfACacheThatWasKilledAndIsBack() throws Exception {
    cache.blob(CACHED, layer);
    upstream.kill();
    try (InputStream body = begin()) {
      assertEquals(1000, body.skip(1000));
      cache.kill();
      cache.restart();
      assertArrayEquals(Arrays.copyOfRange(layer, 1000, layer.length), body.readAllBytes());
    }
    assertTrue(proxy.registries().counts().resumed() > 0);
  }

  @Test
  void goOnFromTheUpstreamWithABlobOfACacheThatStaysAway() throws Exception {
    cache.blob(CACHED, layer);
    try (InputStream body = begin()) {
      assertEquals(1000, body.skip(1000));
      cache.kill();
      assertArrayEquals(Arrays.copyOfRange(layer, 1000, layer.length), body.readAllBytes());
    }
    assertTrue(proxy.registries().counts().resumed() > 0);
  }

  @Test
  void goOnWithABlobOfAnUpstreamThatWasKilledAndIsBack() throws Exception {
    try (InputStream body = begin()) {
      assertEquals(1000, body.skip(1000));
      upstream.kill();
      upstream.restart();
      assertArrayEquals(Arrays.copyOfRange(layer, 1000, layer.length), body.readAllBytes());
    }
    assertTrue(proxy.registries().counts().resumed() > 0);
  }

  @Test
  void serveOneDownloadToTwentyClientsOfWhomOneDoesNotRead() throws Exception {
    try (var slow = new Socket()) {
      slow.setReceiveBufferSize(1 << 16);
      slow.connect(new InetSocketAddress("127.0.0.1", proxy.port()));
      String line = "GET " + PATH + "blobs/" + blob + " HTTP/1.0\r\n\r\n";
      // Nothing flows before all are there, so that none finds the window's beginning gone.
      upstream.freeze();
      slow.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
      var others = new ArrayList<CompletableFuture<HttpResponse<byte[]>>>();
      for (int i = 0; i < 19; i++) {
        others.add(http.sendAsync(get("blobs/" + blob), BodyHandlers.ofByteArray()));
      }
      awaitJoined(19);
      upstream.thaw();
      assertEquals(100, slow.getInputStream().readNBytes(100).length);
      for (var other : others) {
        assertArrayEquals(layer, other.get().body());
      }
    }
    assertEquals(19, proxy.registries().counts().joined());
  }

  private void awaitJoined(int many) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (proxy.registries().counts().joined() < many && System.nanoTime() < end) {
      Thread.sleep(10);
    }
  }

  @Test
  void areNoticedWhenTheyAreFrozenAndWhenTheyAreBack() throws Exception {
    upstream.manifest(UPSTREAM, "v1",
        "{\"schemaVersion\": 2, \"mediaType\": \"" + ManifestType.OCI_INDEX + "\", \"manifests\": []}",
        ManifestType.OCI_INDEX);
    cache.freeze();
    assertTimeout(Duration.ofSeconds(4), () -> assertEquals(200, pull("manifests/v1").statusCode()));
    assertTimeout(Duration.ofSeconds(1), () -> assertEquals(200, pull("manifests/v1").statusCode()));
    upstream.freeze();
    assertTimeout(Duration.ofSeconds(10), () -> assertEquals(504, pull("manifests/v1").statusCode()));
    cache.thaw();
    upstream.thaw();
    while (pull("manifests/v1").statusCode() != 200) {
      Thread.onSpinWait();
    }
  }

  @Test
  void areNotBelievedToBeTheSameAfterARestart() throws Exception {
    while (proxy.registries().incarnation() == 0) {
      Thread.onSpinWait();
    }
    int before = proxy.registries().incarnation();
    cache.kill();
    cache.restart();
    while (proxy.registries().incarnation() <= before) {
      Thread.onSpinWait();
    }
  }
}
