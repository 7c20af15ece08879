package io.kuik.controller.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kubernetes.client.openapi.ApiClient;
import io.kuik.controller.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who leads, with client-java's elector and an API server that keeps one Lease. */
@Timeout(30)
class LeadershipTest {
  private static final Leadership.Timing QUICK = new Leadership.Timing(Duration.ofSeconds(2),
      Duration.ofMillis(1000), Duration.ofMillis(100));

  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final CountDownLatch held = new CountDownLatch(1);
  private HttpServer server;
  private volatile String lease = "";
  private volatile boolean away;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  @AfterEach
  void stop() {
    held.countDown();
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (away) {
        answer(exchange, 503, "{}");
      } else if (!exchange.getRequestMethod().equals("GET")) {
        lease = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        answer(exchange, 200, lease);
      } else {
        answer(exchange, lease.isEmpty() ? 404 : 200, lease.isEmpty() ? "{}" : lease);
      }
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private Leadership replica(String name) {
    return new Leadership(
        new ApiCalls(
            new ApiClient().setBasePath("http://127.0.0.1:" + server.getAddress().getPort())),
        "kuik-system", "lease", name, QUICK);
  }

  private Leadership seeks(String name) {
    Leadership replica = replica(name);
    replica.seek(() -> told.add(name + " leads"), () -> told.add(name + " lost"));
    return replica;
  }

  private String next() throws InterruptedException {
    return String.valueOf(told.poll(20, TimeUnit.SECONDS));
  }

  private String holder() {
    JsonObject json = JsonParser.parseString(lease).getAsJsonObject();
    return Json.text(json, "spec", "holderIdentity").orElse("");
  }

  @Test
  void whoIsAloneLeads() throws Exception {
    Leadership a = seeks("a");
    assertEquals("a leads", next());
    assertEquals("a", holder());
    a.release();
  }

  @Test
  void whoGivesTheLeaseUpIsFollowedBeforeItsEndAndIsNotLost() throws Exception {
    Leadership a = seeks("a");
    assertEquals("a leads", next());
    Leadership b = seeks("b");
    long start = System.nanoTime();
    a.release();
    assertEquals("b leads", next());
    assertTrue(Duration.ofNanos(System.nanoTime() - start).compareTo(QUICK.lease()) < 0, "it waited");
    assertTrue(told.isEmpty(), told.toString());
    b.release();
  }

  @Test
  void whoCanNotRenewIsLost() throws Exception {
    seeks("a");
    assertEquals("a leads", next());
    away = true;
    assertEquals("a lost", next());
  }

  @Test
  void whoIsFollowedWhileItSleepsIsLost() throws Exception {
    seeks("a");
    assertEquals("a leads", next());
    lease = lease.replace("\"a\"", "\"b\"");
    assertEquals("a lost", next());
  }

  @Test
  void aLeaderThatCanNotDoItsWorkIsLost() throws Exception {
    Leadership a = replica("a");
    a.seek(() -> {
      throw new IllegalStateException("no word from the cluster");
    }, () -> told.add("a lost"));
    assertEquals("a lost", next());
    a.release();
  }

  @Test
  void whoWaitsForTheLeaseIsNotLostWhileTheServerIsAway() throws Exception {
    Leadership a = seeks("a");
    assertEquals("a leads", next());
    Leadership b = seeks("b");
    away = true;
    assertEquals("a lost", next());
    assertFalse(told.contains("b lost"), told.toString());
    away = false;
    assertEquals("b leads", next());
    a.release();
    b.release();
  }
}
