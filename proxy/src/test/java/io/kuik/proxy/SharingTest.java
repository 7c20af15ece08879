package io.kuik.proxy;

import static io.kuik.proxy.ProxyBed.IMAGE;
import static io.kuik.proxy.ProxyBed.UPSTREAM;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import io.kuik.registry.FakeRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many who want the same of an upstream at the same time. */
class SharingTest extends OneProxy {
  private static final String JSON = "{\"schemaVersion\": 2,  \"config\": {}}";
  private static final int CLIENTS = 8;

  private final byte[] layer = new byte[20 << 20];
  private final CountDownLatch go = new CountDownLatch(1);
  private Digest blob;

  @BeforeEach
  void start() {
    new Random(1).nextBytes(layer);
    blob = Digest.sha256(layer);
  }

  @AfterEach
  void stop() {
    go.countDown();
  }

  private FakeRegistry.Fault after(CountDownLatch latch, FakeRegistry.Fault then) {
    return x -> {
      try {
        latch.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return then.answer(x);
    };
  }

  private List<CompletableFuture<HttpResponse<byte[]>>> ask(int clients, String path, String... headers) {
    var answers = new ArrayList<CompletableFuture<HttpResponse<byte[]>>>();
    for (int i = 0; i < clients; i++) {
      answers.add(bed.http().sendAsync(bed.request("GET", path, headers), BodyHandlers.ofByteArray()));
    }
    return answers;
  }

  /** Until so many have asked the cache, so that they now wait for the upstream. */
  private void untilAsked(int requests) {
    while (bed.cache.requests().size() < requests
        || bed.proxy.registries().counts().joined() < requests - 1) {
      Thread.onSpinWait();
    }
  }

  @Test
  void downloadABlobOnce() throws Exception {
    var upstream = new BrokenBlob(layer);
    bed.upstream.fault(after(go, upstream));
    var answers = ask(CLIENTS, IMAGE + "blobs/" + blob);
    untilAsked(CLIENTS);
    go.countDown();
    for (var answer : answers) {
      assertArrayEquals(layer, answer.get().body());
    }
    assertEquals(List.of("whole"), upstream.asked());
  }

  @Test
  void getTheSameRefusal() throws Exception {
    bed.upstream.fault(after(go, ProxyBed.failing(429, "Retry-After", "60")));
    var answers = ask(CLIENTS, IMAGE + "blobs/" + blob);
    untilAsked(CLIENTS);
    go.countDown();
    for (var answer : answers) {
      assertEquals("429 60", answer.get().statusCode() + " "
          + answer.get().headers().firstValue("Retry-After").orElse(""));
    }
    assertEquals(1, bed.upstream.requests().size());
  }

  @Test
  void areNotHeldUpByOneThatDoesNotRead() throws Exception {
    var upstream = new BrokenBlob(layer);
    bed.upstream.fault(after(go, upstream));
    try (var slow = new Socket("127.0.0.1", bed.proxy.port())) {
      slow.setReceiveBufferSize(1 << 16);
      slow.getOutputStream().write(("GET " + IMAGE + "blobs/" + blob + " HTTP/1.0\r\n\r\n")
          .getBytes(StandardCharsets.US_ASCII));
      while (bed.upstream.requests().isEmpty()) {
        Thread.onSpinWait();
      }
      var fast = ask(1, IMAGE + "blobs/" + blob);
      untilAsked(2);
      go.countDown();
      assertArrayEquals(layer, fast.getFirst().get().body());
      assertEquals(List.of("whole"), upstream.asked());
      assertArrayEquals(layer, body(slow.getInputStream()), "the slow one gets all of it nevertheless");
    }
    assertEquals(2, upstream.asked().size(), "by a request of its own: " + upstream.asked());
    String metrics = bed.metrics();
    assertTrue(metrics.contains("proxy_fallen_behind_total 1.0")
        && metrics.contains("proxy_shared_answers_total 1.0")
        && metrics.contains("proxy_resumed_blobs_total 0.0")
        && metrics.contains("proxy_shared_window_bytes 0.0"), metrics);
  }

  private static byte[] body(InputStream in) throws IOException {
    for (int ends = 0; ends < 2;) {
      int b = in.read();
      ends = b == '\n' ? ends + 1 : b == '\r' ? ends : 0;
    }
    return in.readAllBytes();
  }

  @Test
  void areNotCutOffByOneThatGoesAway() throws Exception {
    var upstream = new BrokenBlob(layer);
    bed.upstream.fault(after(go, upstream));
    var gone = new Socket("127.0.0.1", bed.proxy.port());
    gone.getOutputStream().write(
        ("GET " + IMAGE + "blobs/" + blob + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    while (bed.upstream.requests().isEmpty()) {
      Thread.onSpinWait();
    }
    var other = ask(1, IMAGE + "blobs/" + blob);
    untilAsked(2);
    gone.setSoLinger(true, 0);
    gone.close();
    go.countDown();
    assertArrayEquals(layer, other.getFirst().get().body());
    assertEquals(List.of("whole"), upstream.asked());
  }

  @Test
  void askForAManifestOnce() throws Exception {
    bed.upstream.putManifest(UPSTREAM, "1.27", JSON);
    bed.upstream.fault(after(go, x -> false));
    var answers = ask(CLIENTS, IMAGE + "manifests/1.27");
    untilAsked(CLIENTS);
    go.countDown();
    for (var answer : answers) {
      assertArrayEquals(JSON.getBytes(StandardCharsets.UTF_8), answer.get().body());
    }
    assertEquals(1, bed.upstream.requests().size());
  }

  @Test
  void askOnTheirOwnForAManifestOfOtherTypes() throws Exception {
    bed.upstream.putManifest(UPSTREAM, "1.27", JSON);
    bed.upstream.fault(after(go, x -> false));
    var some = ask(1, IMAGE + "manifests/1.27", "Accept", ManifestType.OCI_INDEX);
    var others = ask(1, IMAGE + "manifests/1.27", "Accept", ManifestType.OCI_MANIFEST);
    while (bed.upstream.requests().size() < 2) {
      Thread.onSpinWait();
    }
    go.countDown();
    assertEquals(200, some.getFirst().get().statusCode());
    assertEquals(200, others.getFirst().get().statusCode());
  }

  @Test
  void giveTheManifestsMemoryBackWhenAllHaveIt() throws Exception {
    String big = "{" + " ".repeat(3 << 20) + "}";
    bed.upstream.putManifest(UPSTREAM, "big", big);
    for (int round = 0; round < 5; round++) {
      for (var answer : ask(4, IMAGE + "manifests/big")) {
        assertEquals(big.length(), answer.get().body().length);
      }
    }
  }
}
