package io.kuik.proxy;

import static io.kuik.proxy.ProxyBed.IMAGE;
import static io.kuik.proxy.ProxyBed.failing;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.Digest;
import io.kuik.proxy.source.Limits;
import io.kuik.registry.FakeRegistry;
import io.kuik.registry.RegistryEndpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Blobs that break in the middle; the client is to notice nothing. */
class ResumeTest extends OneProxy {
  private static final int LENGTH = 3_000_000;

  private final byte[] layer = new byte[LENGTH];
  private Digest blob;

  @BeforeEach
  void start() {
    new Random(1).nextBytes(layer);
    blob = Digest.sha256(layer);
  }

  private void pulls() throws Exception {
    HttpResponse<byte[]> response = bed.get(IMAGE + "blobs/" + blob);
    assertEquals(200, response.statusCode());
    assertArrayEquals(layer, response.body());
  }

  private static String from(int position) {
    return "bytes=" + position + "-" + (LENGTH - 1);
  }

  @Test
  void goesOnWhereTheUpstreamBrokeOff() throws Exception {
    var upstream = new BrokenBlob(layer, 1_000_000, 500_000);
    bed.upstream.fault(upstream);
    pulls();
    assertEquals(List.of("whole", from(1_000_000), from(1_500_000)), upstream.asked());
    String metrics = bed.metrics();
    assertTrue(metrics.contains("proxy_resumed_blobs_total 2.0"), metrics);
  }

  @Test
  void goesOnWhereTheCacheBrokeOff() throws Exception {
    var cache = new BrokenBlob(layer, 1_000_000);
    bed.cache.fault(cache);
    pulls();
    assertEquals(List.of("whole", from(1_000_000)), cache.asked());
    assertEquals(List.of(), bed.upstream.requests());
  }

  @Test
  void takesTheRestFromTheUpstreamWhenTheCacheIsGone() throws Exception {
    var cache = new BrokenBlob(layer, 1_000_000);
    var upstream = new BrokenBlob(layer);
    bed.cache.fault(x -> cache.asked().isEmpty() ? cache.answer(x) : failing(500).answer(x));
    bed.upstream.fault(upstream);
    pulls();
    assertEquals(List.of(from(1_000_000)), upstream.asked());
  }

  @Test
  void readsAgainFromTheStartWhereTheUpstreamKnowsNoParts() throws Exception {
    var upstream = new BrokenBlob(layer, 1_000_000).withoutParts();
    bed.upstream.fault(upstream);
    pulls();
    assertEquals(List.of("whole", from(1_000_000)), upstream.asked());
  }

  @Test
  void goesOnWithABodyOfUnknownLength() throws Exception {
    try (var socket = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
        var raw = new ProxyBed(Optional.of(_ -> _ -> RegistryEndpoint
            .cache(URI.create("http://127.0.0.1:" + socket.getLocalPort()))))) {
      Thread.ofVirtual().start(() -> breakInAChunk(socket));
      assertArrayEquals(layer, raw.get(IMAGE + "blobs/" + blob).body());
    }
  }

  private void breakInAChunk(ServerSocket socket) {
    answer(socket, "200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(LENGTH) + "\r\n", 0,
        1_000_000);
    answer(socket, "206 Partial Content\r\nContent-Range: bytes 1000000-2999999/3000000\r\n"
        + "Content-Length: 2000000\r\n\r\n", 1_000_000, 2_000_000);
  }

  private void answer(ServerSocket socket, String head, int start, int length) {
    try (Socket client = socket.accept()) {
      var in = new BufferedReader(
          new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
      while (!in.readLine().isEmpty()) {
        // The request itself is of no interest.
      }
      client.getOutputStream().write(("HTTP/1.1 " + head).getBytes(StandardCharsets.US_ASCII));
      client.getOutputStream().write(layer, start, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void goesOnWithAPart() throws Exception {
    var upstream = new BrokenBlob(layer, 100_000);
    bed.upstream.fault(upstream);
    HttpResponse<byte[]> part = bed.get(IMAGE + "blobs/" + blob, "Range", "bytes=5-999999");
    assertEquals("206 bytes 5-999999/" + LENGTH,
        part.statusCode() + " " + part.headers().firstValue("Content-Range").orElse(""));
    assertArrayEquals(Arrays.copyOfRange(layer, 5, 1_000_000), part.body());
    assertEquals(List.of("bytes=5-999999", "bytes=100005-999999"), upstream.asked());
  }

  @Test
  void hashesOverTheBreak() {
    byte[] wrong = layer.clone();
    wrong[0]++;
    var first = new BrokenBlob(wrong, 1_000_000);
    var rest = new BrokenBlob(layer);
    bed.upstream.fault(x -> first.asked().isEmpty() ? first.answer(x) : rest.answer(x));
    assertThrows(IOException.class, () -> bed.get(IMAGE + "blobs/" + blob));
  }

  @Test
  void givesUpAfterAFewTriesWithoutProgress() {
    var upstream = new BrokenBlob(layer, 1_000_000, 0, 0, 0, 0, 0, 0, 0, 0);
    bed.upstream.fault(upstream);
    assertThrows(IOException.class, () -> bed.get(IMAGE + "blobs/" + blob));
    assertEquals(1 + 2, upstream.asked().size(), "the cache is asked for the rest in turn");
  }

  @Test
  void triesAgainAndAgainWhileThereIsProgress() throws Exception {
    byte[] large = new byte[12 << 20];
    new Random(2).nextBytes(large);
    var cuts = new Integer[10];
    Arrays.fill(cuts, 1 << 20);
    bed.upstream.fault(new BrokenBlob(large, cuts));
    assertArrayEquals(large, bed.get(IMAGE + "blobs/" + Digest.sha256(large)).body());
  }

  @Test
  void goesOnWhereTheBytesStopComing() throws Exception {
    Duration moment = Duration.ofMillis(700);
    var stall = new Limits(moment, moment, moment, moment, moment, moment, moment, moment,
        ProxyBed.QUICK.resumes());
    try (var stalling = new ProxyBed(Optional.empty(), stall)) {
      FakeRegistry.Fault hang = stalling.hang();
      var whole = new BrokenBlob(layer);
      stalling.upstream.fault(x -> {
        if (x.getRequestHeaders().containsKey("Range")) {
          return whole.answer(x);
        }
        x.sendResponseHeaders(200, LENGTH);
        x.getResponseBody().write(layer, 0, 1_000_000);
        x.getResponseBody().flush();
        return hang.answer(x);
      });
      assertArrayEquals(layer, stalling.get(IMAGE + "blobs/" + blob).body());
      assertEquals(List.of(from(1_000_000)), whole.asked());
    }
  }

  @Test
  void asksTheRegistryForANewAddressWhenTheSignedOneHasExpired() throws Exception {
    var storage = new BrokenBlob(layer, 1_000_000);
    var signed = new AtomicInteger();
    bed.upstream.fault(x -> {
      String query = String.valueOf(x.getRequestURI().getQuery());
      if (query.startsWith("signed=")) {
        return query.equals("signed=" + signed.get()) && signed.get() == storage.asked().size() + 1
            ? storage.answer(x)
            : failing(403).answer(x);
      }
      x.getResponseHeaders().set("Location",
          x.getRequestURI().getPath() + "?signed=" + signed.incrementAndGet());
      x.sendResponseHeaders(307, -1);
      return true;
    });
    pulls();
    assertEquals(2, signed.get());
    assertEquals(List.of("whole", from(1_000_000)), storage.asked());
  }
}
