package io.kuik.proxy;

import static io.kuik.proxy.ProxyBed.CACHED;
import static io.kuik.proxy.ProxyBed.IMAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.Digest;
import io.kuik.proxy.ops.SelfCheck;
import io.kuik.registry.FakeRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Start, probes and stop. */
class LifeTest extends OneProxy {
  private final byte[] layer = new byte[300_000];
  private final Digest blob = Digest.sha256(layer);
  private final CountDownLatch half = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  @BeforeEach
  void start() {
    bed.cache.fault(x -> {
      x.sendResponseHeaders(200, layer.length);
      x.getResponseBody().write(layer, 0, 100_000);
      half.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      x.getResponseBody().write(layer, 100_000, 200_000);
      return true;
    });
  }

  @AfterEach
  void stop() {
    goOn.countDown();
  }

  private CompletableFuture<HttpResponse<byte[]>> pull() throws InterruptedException {
    var response = bed.http().sendAsync(bed.request("GET", IMAGE + "blobs/" + blob),
        HttpResponse.BodyHandlers.ofByteArray());
    half.await();
    return response;
  }

  @Test
  void isReadyWhileItServes() throws Exception {
    bed.cache.close();
    assertEquals("200 ok\n", bed.ops("/readyz").statusCode() + " " + bed.ops("/readyz").body());
    assertEquals(200, bed.ops("/healthz").statusCode());
    assertEquals(404, bed.ops("/v2/").statusCode());
  }

  @Test
  void letsARunningPullEnd() throws Exception {
    CompletableFuture<HttpResponse<byte[]>> running = pull();
    assertTrue(bed.ops("/metrics").body().contains("requests_in_flight 1.0"));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var drained = threads.submit(() -> bed.proxy.drain(Duration.ofSeconds(20)));
      while (bed.ops("/readyz").statusCode() == 200) {
        Thread.onSpinWait();
      }
      goOn.countDown();
      assertTrue(drained.get());
    }
    assertEquals(layer.length, running.get().body().length);
    assertThrows(IOException.class, () -> new Socket("127.0.0.1", bed.proxy.port()).close());
  }

  @Test
  void givesUpOnAPullThatDoesNotEnd() throws Exception {
    CompletableFuture<HttpResponse<byte[]>> running = pull();
    assertFalse(bed.proxy.drain(Duration.ofMillis(50)));
    assertFalse(running.isDone());
  }

  @Test
  void asksToTryAgainOnAConnectionThatIsStillOpenWhileItStops() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", bed.proxy.port())) {
      assertTrue(ask(socket, "HEAD /v2/ HTTP/1.1\r\nHost: x\r\n\r\n").startsWith("HTTP/1.1 200 OK"));
      CompletableFuture<HttpResponse<byte[]>> running = pull();
      assertFalse(bed.proxy.drain(Duration.ofMillis(50)));
      String answer = ask(socket, "GET " + IMAGE + "blobs/" + blob + " HTTP/1.1\r\nHost: x\r\n\r\n");
      assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
      assertTrue(answer.contains("Retry-after: 1\r\n"), answer);
      assertFalse(running.isDone());
    }
  }

  private static String ask(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    byte[] answer = new byte[4096];
    int n = socket.getInputStream().read(answer);
    return new String(answer, 0, Math.max(0, n), StandardCharsets.US_ASCII);
  }

  @Test
  void servesOnIpv6() throws Exception {
    try (Socket socket = new Socket("::1", bed.proxy.port())) {
      socket.getOutputStream().write("GET /v2/ HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertTrue(answer.startsWith("HTTP/1.1 200 OK"), answer);
    } catch (IOException e) {
      Assumptions.abort("this machine has no ::1");
    }
  }

  @Test
  void forgetsAClientThatWentAway() throws Exception {
    bed.cache.fault(x -> false);
    byte[] large = new byte[20 << 20];
    Digest digest = bed.cache.putBlob(CACHED, large);
    try (Socket socket = new Socket("127.0.0.1", bed.proxy.port())) {
      String line = "GET " + IMAGE + "blobs/" + digest + " HTTP/1.1\r\nHost: x\r\n\r\n";
      socket.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
      assertEquals(1000, socket.getInputStream().readNBytes(1000).length);
      socket.setSoLinger(true, 0);
    }
    while (!bed.ops("/metrics").body().contains("cut_responses_total{reason=\"client_gone\"} 1.0")) {
      Thread.onSpinWait();
    }
    assertTrue(bed.proxy.drain(Duration.ofSeconds(5)));
  }

  @Test
  void failsTheLivenessProbeWhenTheImagePortGivesNoAnswer() throws Exception {
    try (var stuck = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      assertFalse(new SelfCheck(stuck.getLocalPort(), Duration.ofMillis(100)).getAsBoolean());
    }
    assertTrue(new SelfCheck(bed.proxy.port(), Duration.ofSeconds(3)).getAsBoolean());
  }

  @Test
  void isAliveWhileItServesAsManyPullsAsItCanToClientsThatDoNotRead() throws Exception {
    FakeRegistry.Fault large = x -> {
      x.sendResponseHeaders(200, 1 << 30);
      for (int i = 0; i < (1 << 30); i += 1 << 14) {
        x.getResponseBody().write(new byte[1 << 14]);
      }
      return true;
    };
    bed.cache.fault(large);
    bed.upstream.fault(large);
    var clients = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 256; i++) {
        var client = new Socket("127.0.0.1", bed.proxy.port());
        clients.add(client);
        String line = "GET " + IMAGE + "blobs/" + blob + " HTTP/1.1\r\nHost: x\r\n\r\n";
        client.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
      }
      while (!bed.ops("/metrics").body().contains("requests_in_flight 256.0")) {
        Thread.onSpinWait();
      }
      assertEquals(503, bed.get(IMAGE + "blobs/" + blob).statusCode());
      assertEquals("ok\n", bed.ops("/healthz").body());
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  @Test
  void hashesAgainWhatAnotherRegistryMayHaveOnItsDisk() throws Exception {
    bed.cache.fault(x -> false);
    Digest digest = bed.cache.putBlob(CACHED, layer);
    assertEquals(200, bed.get(IMAGE + "blobs/" + digest).statusCode());
    int port = bed.cache.endpoint().base().getPort();
    while (bed.proxy.registries().incarnation() == 0) {
      Thread.onSpinWait();
    }
    int incarnation = bed.proxy.registries().incarnation();
    bed.cache.close();
    try (var next = new ServerSocket(port, 10, InetAddress.ofLiteral("127.0.0.1"))) {
      next.accept().close();
      while (bed.proxy.registries().incarnation() == incarnation) {
        Thread.onSpinWait();
      }
    }
  }
}
