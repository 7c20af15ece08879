package io.kuik.proxy;

import static io.kuik.proxy.ProxyBed.CACHED;
import static io.kuik.proxy.ProxyBed.IMAGE;
import static io.kuik.proxy.ProxyBed.UPSTREAM;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import io.kuik.registry.FakeRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pulls when all is well. */
class ServingTest extends OneProxy {
  private static final String JSON = "{\"schemaVersion\": 2,  \"config\": {}}";
  private final byte[] layer = new byte[300_000];

  @BeforeEach
  void start() {
    new Random(1).nextBytes(layer);
  }

  @Test
  void servesTheCacheWithoutAWordToTheUpstream() throws Exception {
    Digest manifest = bed.cache.putManifest(CACHED, "1.27", JSON);
    Digest blob = bed.cache.putBlob(CACHED, layer);
    for (String version : List.of("1.27", manifest.toString())) {
      HttpResponse<byte[]> response = bed.get(IMAGE + "manifests/" + version);
      assertEquals(200, response.statusCode());
      assertArrayEquals(JSON.getBytes(StandardCharsets.UTF_8), response.body());
    }
    assertArrayEquals(layer, bed.get(IMAGE + "blobs/" + blob).body());
    assertEquals(List.of(), bed.upstream.requests());
  }

  @Test
  void servesTheUpstreamWhenTheCacheHasNothing() throws Exception {
    Digest manifest = bed.upstream.putManifest(UPSTREAM, "1.27", JSON, ManifestType.DOCKER_MANIFEST);
    Digest blob = bed.upstream.putBlob(UPSTREAM, layer);
    HttpResponse<byte[]> response = bed.get(IMAGE + "manifests/1.27");
    assertArrayEquals(JSON.getBytes(StandardCharsets.UTF_8), response.body());
    assertEquals(ManifestType.DOCKER_MANIFEST, response.headers().firstValue("Content-Type").orElseThrow());
    assertEquals(200, bed.get(IMAGE + "manifests/" + manifest).statusCode());
    assertArrayEquals(layer, bed.get(IMAGE + "blobs/" + blob).body());
  }

  @Test
  void headHasTheHeadersOfGet() throws Exception {
    for (FakeRegistry registry : List.of(bed.upstream, bed.cache)) {
      String repository = registry == bed.cache ? CACHED : UPSTREAM;
      Digest manifest = registry.putManifest(repository, "1.27", JSON);
      Digest blob = registry.putBlob(repository, layer);
      for (String path : List.of("manifests/1.27", "manifests/" + manifest, "blobs/" + blob)) {
        Map<String, List<String>> get = headers(bed.get(IMAGE + path));
        assertEquals(get, headers(bed.send("HEAD", IMAGE + path)), path);
        assertEquals(List.of("registry/2.0"), get.get("docker-distribution-api-version"));
        assertTrue(get.containsKey("content-length") && get.containsKey("content-type"), get.toString());
      }
      assertEquals(blob.toString(), digest(bed.send("HEAD", IMAGE + "blobs/" + blob)));
      assertEquals(manifest.toString(), digest(bed.send("HEAD", IMAGE + "manifests/1.27")));
    }
  }

  private static Map<String, List<String>> headers(HttpResponse<byte[]> response) {
    var headers = new TreeMap<>(response.headers().map());
    headers.remove("date");
    return headers;
  }

  private static String digest(HttpResponse<byte[]> response) {
    return response.headers().firstValue("Docker-Content-Digest").orElse("");
  }

  @Test
  void completesAHeadThatTellsTooLittle() throws Exception {
    Digest manifest = bed.upstream.putManifest(UPSTREAM, "1.27", JSON);
    bed.upstream.fault(x -> x.getRequestMethod().equals("HEAD") && withoutDigest(x));
    HttpResponse<byte[]> response = bed.send("HEAD", IMAGE + "manifests/1.27");
    assertEquals(manifest.toString(), digest(response));
    assertEquals(JSON.length(), response.headers().firstValueAsLong("Content-Length").orElseThrow());
  }

  private static boolean withoutDigest(HttpExchange exchange) throws IOException {
    FakeRegistry.answer(exchange, 200, ManifestType.OCI_MANIFEST, JSON.getBytes(StandardCharsets.UTF_8));
    return true;
  }

  @Test
  void showsItsPasswordToTheCacheOnly() throws Exception {
    var seen = new CopyOnWriteArrayList<String>();
    FakeRegistry.Fault look = x -> {
      seen.add(String.valueOf(x.getRequestHeaders().getFirst("Authorization")));
      return false;
    };
    bed.cache.fault(look);
    bed.upstream.fault(look);
    bed.upstream.putManifest(UPSTREAM, "1.27", JSON);
    bed.get(IMAGE + "manifests/1.27", "Authorization", "Basic c3RvbGVu");
    String basic = "Basic " + Base64.getEncoder()
        .encodeToString(("kuik-read:" + ProxyBed.PASSWORD).getBytes(StandardCharsets.UTF_8));
    assertEquals(List.of(basic, "null"), seen);
  }

  @Test
  void readsThePasswordAgainAfterTheCacheRefusedIt() throws Exception {
    bed.cache.putManifest(CACHED, "1.27", JSON);
    String renewed = "Basic "
        + Base64.getEncoder().encodeToString("kuik-read:new".getBytes(StandardCharsets.UTF_8));
    bed.cache.fault(x -> !renewed.equals(x.getRequestHeaders().getFirst("Authorization"))
        && ProxyBed.failing(401).answer(x));
    assertEquals(404, bed.get(IMAGE + "manifests/1.27").statusCode());
    Files.writeString(bed.credentials.resolve("password"), "new");
    assertEquals(200, bed.get(IMAGE + "manifests/1.27").statusCode());
  }

  @Test
  void passesTheClientsManifestTypesOn() throws Exception {
    var seen = new CopyOnWriteArrayList<List<String>>();
    bed.cache.putManifest(CACHED, "1.27", JSON);
    bed.cache.fault(x -> {
      seen.add(x.getRequestHeaders().get("Accept"));
      return false;
    });
    bed.get(IMAGE + "manifests/1.27", "Accept", ManifestType.OCI_INDEX, "Accept", "*/*");
    bed.get(IMAGE + "manifests/1.27", "Accept", "*/*");
    assertEquals(List.of(List.of(ManifestType.OCI_INDEX, "*/*"), ManifestType.ACCEPT), seen);
  }

  @Test
  void passesPartsOn() throws Exception {
    Digest blob = bed.cache.putBlob(CACHED, layer);
    bed.cache.fault(this::ranged);
    HttpResponse<byte[]> part = bed.get(IMAGE + "blobs/" + blob, "Range", "bytes=10-19");
    assertEquals(206, part.statusCode());
    assertEquals("bytes 10-19/300000", part.headers().firstValue("Content-Range").orElseThrow());
    assertArrayEquals(Arrays.copyOfRange(layer, 10, 20), part.body());
    HttpResponse<byte[]> beyond = bed.get(IMAGE + "blobs/" + blob, "Range", "bytes=300000-");
    assertEquals(416, beyond.statusCode());
    assertEquals("bytes */300000", beyond.headers().firstValue("Content-Range").orElseThrow());
    assertEquals(List.of(), bed.upstream.requests());
  }

  private boolean ranged(HttpExchange exchange) throws IOException {
    boolean inside = "bytes=10-19".equals(exchange.getRequestHeaders().getFirst("Range"));
    exchange.getResponseHeaders().set("Content-Range", inside ? "bytes 10-19/300000" : "bytes */300000");
    FakeRegistry.answer(exchange, inside ? 206 : 416, "application/octet-stream",
        inside ? Arrays.copyOfRange(layer, 10, 20) : new byte[0]);
    return true;
  }

  @Test
  void servesAsAMirrorToo() throws Exception {
    bed.cache.putManifest(CACHED, "1.27", JSON);
    assertEquals(200, bed.get("/v2/library/nginx/manifests/1.27?ns=docker.io").statusCode());
    assertEquals(List.of("GET " + IMAGE + "manifests/1.27"), bed.cache.requests());
  }

  @Test
  void tellsWhatItIsAndWhatItIsNot() throws Exception {
    assertEquals(200, bed.get("/v2/").statusCode());
    HttpResponse<byte[]> push = bed.send("POST", IMAGE + "blobs/uploads/");
    assertEquals("405 GET, HEAD", push.statusCode() + " " + push.headers().firstValue("Allow").orElse(""));
    HttpResponse<byte[]> unknown = bed.get("/v2/private/quay.io/a/manifests/v1");
    assertEquals(404, unknown.statusCode());
    String body = new String(unknown.body(), StandardCharsets.UTF_8);
    assertTrue(body.startsWith("{\"errors\":[{\"code\":\"NAME_UNKNOWN\""), body);
    assertEquals(404, bed.send("HEAD", "/v2/private/quay.io/a/manifests/v1").statusCode());
    assertEquals(List.of(), bed.cache.requests());
  }

  @Test
  void streamsWhileTheUpstreamIsStillSending() throws Exception {
    var firstSeen = new CountDownLatch(1);
    Digest digest = Digest.sha256(layer);
    bed.upstream.fault(x -> {
      x.sendResponseHeaders(200, layer.length);
      x.getResponseBody().write(layer, 0, 100_000);
      x.getResponseBody().flush();
      await(firstSeen);
      x.getResponseBody().write(layer, 100_000, 200_000);
      return true;
    });
    HttpResponse<InputStream> response = bed.http()
        .send(bed.request("GET", IMAGE + "blobs/" + digest), BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      byte[] first = body.readNBytes(50_000);
      firstSeen.countDown();
      byte[] rest = body.readAllBytes();
      assertArrayEquals(Arrays.copyOf(layer, 50_000), first);
      assertEquals(250_000, rest.length);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void servesFiftyPullsAtOnce() throws Exception {
    var paths = new ArrayList<Callable<byte[]>>();
    var expected = new ArrayList<byte[]>();
    for (int i = 0; i < 50; i++) {
      byte[] bytes = new byte[1_000_000];
      new Random(i).nextBytes(bytes);
      Digest digest = i % 2 == 0 ? bed.cache.putBlob(CACHED, bytes) : bed.upstream.putBlob(UPSTREAM, bytes);
      expected.add(bytes);
      paths.add(() -> bed.get(IMAGE + "blobs/" + digest).body());
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<byte[]>> got = threads.invokeAll(paths);
      for (int i = 0; i < 50; i++) {
        assertArrayEquals(expected.get(i), got.get(i).get());
      }
    }
    assertFalse(bed.metrics().contains("cut_responses_total{"));
  }
}
