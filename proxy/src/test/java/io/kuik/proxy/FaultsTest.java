package io.kuik.proxy;

import static io.kuik.proxy.ProxyBed.IMAGE;
import static io.kuik.proxy.ProxyBed.UPSTREAM;
import static io.kuik.proxy.ProxyBed.failing;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.kuik.model.Digest;
import io.kuik.registry.FakeRegistry;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pulls when one of the two registries, or both, fail in every way that we know. */
class FaultsTest extends OneProxy {
  private static final String JSON = "{\"schemaVersion\": 2,  \"config\": {}}";
  private static final String OTHER = "{\"schemaVersion\": 2,  \"config\": []}";
  private final byte[] layer = new byte[300_000];
  private Digest manifest;
  private Digest blob;

  @BeforeEach
  void start() {
    new Random(1).nextBytes(layer);
    manifest = bed.upstream.putManifest(UPSTREAM, "1.27", JSON);
    blob = bed.upstream.putBlob(UPSTREAM, layer);
  }

  private void pullsFromTheUpstream() throws Exception {
    assertEquals(manifest.toString(),
        bed.send("HEAD", IMAGE + "manifests/1.27").headers().firstValue("Docker-Content-Digest").orElse(""));
    assertArrayEquals(JSON.getBytes(StandardCharsets.UTF_8), bed.get(IMAGE + "manifests/" + manifest).body());
    assertArrayEquals(layer, bed.get(IMAGE + "blobs/" + blob).body());
  }

  private static String text(HttpResponse<byte[]> response) {
    return response.statusCode() + " " + new String(response.body(), StandardCharsets.UTF_8).strip();
  }

  @Test
  void pullsWhileTheCacheIsDown() throws Exception {
    bed.cache.close();
    pullsFromTheUpstream();
  }

  @ParameterizedTest
  @CsvSource({"500", "503", "401", "403", "429", "405", "302"})
  void pullsWhileTheCacheFails(int status) throws Exception {
    bed.cache.fault(failing(status));
    pullsFromTheUpstream();
  }

  @Test
  void pullsFromTheUpstreamWhatTheCacheHasWrong() throws Exception {
    bed.cache.fault(x -> answer(x, OTHER.getBytes(StandardCharsets.UTF_8), manifest));
    assertArrayEquals(JSON.getBytes(StandardCharsets.UTF_8), bed.get(IMAGE + "manifests/" + manifest).body());
    assertArrayEquals(JSON.getBytes(StandardCharsets.UTF_8), bed.get(IMAGE + "manifests/1.27").body());
    bed.cache.fault(x -> answer(x, new byte[0], blob));
    assertArrayEquals(layer, bed.get(IMAGE + "blobs/" + blob).body());
  }

  private static boolean answer(HttpExchange exchange, byte[] bytes, Digest digest) throws IOException {
    exchange.getResponseHeaders().set("Docker-Content-Digest", digest.toString());
    FakeRegistry.answer(exchange, 200, "application/octet-stream", bytes);
    return true;
  }

  @Test
  void neverEndsWrongBytesAsASuccess() throws Exception {
    byte[] wrong = layer.clone();
    wrong[5]++;
    bed.upstream.fault(x -> answer(x, wrong, blob));
    assertThrows(IOException.class, () -> bed.get(IMAGE + "blobs/" + blob));
    bed.upstream.fault(x -> chunked(x, wrong, false));
    assertThrows(IOException.class, () -> bed.get(IMAGE + "blobs/" + blob));
    bed.upstream.fault(x -> answer(x, OTHER.getBytes(StandardCharsets.UTF_8), manifest));
    HttpResponse<byte[]> response = bed.get(IMAGE + "manifests/" + manifest);
    assertEquals(502, response.statusCode());
    assertTrue(text(response).contains("docker.io is wrong: the bytes are not those of " + manifest),
        text(response));
    assertTrue(bed.metrics().contains("cut_responses_total{reason=\"wrong_bytes\"} 2.0"));
  }

  private static boolean chunked(HttpExchange exchange, byte[] bytes, boolean cut) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write(bytes);
    exchange.getResponseBody().flush();
    if (cut) {
      throw new IOException("cut");
    }
    return true;
  }

  @Test
  void servesBodiesOfUnknownLength() throws Exception {
    bed.upstream.fault(x -> chunked(x, layer, false));
    assertArrayEquals(layer, bed.get(IMAGE + "blobs/" + blob).body());
    bed.upstream.fault(x -> chunked(x, JSON.getBytes(StandardCharsets.UTF_8), false));
    assertEquals(manifest.toString(),
        bed.send("HEAD", IMAGE + "manifests/1.27").headers().firstValue("Docker-Content-Digest").orElse(""));
  }

  @Test
  void cutsWhatTheSourceCut() throws Exception {
    FakeRegistry.Fault half = x -> {
      x.sendResponseHeaders(200, layer.length);
      x.getResponseBody().write(layer, 0, layer.length / 2);
      return true;
    };
    bed.upstream.fault(half);
    assertThrows(IOException.class, () -> bed.get(IMAGE + "blobs/" + blob));
    bed.cache.fault(half);
    assertThrows(IOException.class, () -> bed.get(IMAGE + "blobs/" + blob));
    bed.cache.fault(x -> false);
    bed.upstream.fault(half);
    assertEquals(502, bed.get(IMAGE + "manifests/1.27").statusCode());
    assertTrue(bed.metrics().contains("cut_responses_total{reason=\"source_cut\"} 2.0"));
  }

  @ParameterizedTest
  @CsvSource({"401, 401, UNAUTHORIZED", "403, 403, DENIED", "404, 404, MANIFEST_UNKNOWN",
      "410, 404, MANIFEST_UNKNOWN", "429, 429, TOOMANYREQUESTS", "400, 400, UNSUPPORTED", "500, 500, UNKNOWN",
      "502, 502, UNKNOWN", "503, 503, UNAVAILABLE", "504, 504, UNAVAILABLE", "507, 507, UNKNOWN",
      "302, 502, UNKNOWN"})
  void passesTheUpstreamsErrorOnAsWhatItIs(int status, int passed, String code) throws Exception {
    bed.upstream.fault(failing(status));
    for (String path : List.of("manifests/1.27", "manifests/" + manifest)) {
      String text = text(bed.get(IMAGE + path));
      assertTrue(text.startsWith(passed + " {\"errors\":[{\"code\":\"" + code
          + "\",\"message\":\"docker.io answered: GET "), text);
      assertTrue(text.contains(": HTTP " + status) && text.endsWith("; the cache has no copy of it\"}]}"),
          text);
    }
  }

  @Test
  void passesOnHowLongToWait() throws Exception {
    bed.upstream.fault(failing(429, "Retry-After", "600"));
    HttpResponse<byte[]> response = bed.get(IMAGE + "blobs/" + blob);
    assertEquals("429 600",
        response.statusCode() + " " + response.headers().firstValue("Retry-After").orElse(""));
  }

  @Test
  void namesBothCausesWhenBothFail() throws Exception {
    bed.cache.fault(failing(500));
    bed.upstream.fault(failing(429));
    String text = text(bed.get(IMAGE + "manifests/1.27"));
    assertTrue(text.startsWith("429 ") && text.contains("docker.io answered: ")
        && text.contains("the cache registry answered: ") && text.contains("HTTP 500"), text);
    bed.cache.close();
    bed.upstream.close();
    text = text(bed.get(IMAGE + "manifests/1.27"));
    assertTrue(text.startsWith("502 ") && text.contains("docker.io did not answer: ")
        && text.contains("the cache registry did not answer: "), text);
  }

  @Test
  void refusesManifestsThatContainerdWouldNotRead() throws Exception {
    bed.upstream.putManifest(UPSTREAM, "big", " ".repeat(5 << 20));
    assertTrue(text(bed.get(IMAGE + "manifests/big")).startsWith("502 "));
  }

  @Test
  void isNoBridgeToTheNodesOwnNetwork() throws Exception {
    try (var guarded = new ProxyBed(Optional.of(client -> client::upstream))) {
      int port = guarded.upstream.endpoint().base().getPort();
      for (String host : List.of("127.0.0.1__" + port, "localhost__" + port, "169.254.169.254")) {
        String text = text(guarded.get("/v2/" + host + "/a/manifests/v1"));
        assertTrue(text.startsWith("403 ") && text.contains("was not asked"), text);
      }
      assertEquals(List.of(), guarded.upstream.requests());
    }
  }
}
