package io.kuik.controller.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import io.kuik.controller.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who leads, with client-java's elector and an API server that keeps one Lease. */
@Timeout(30)
class LeadershipTest {
  /** Whoever leads goes on to, however slow the machine is. */
  private static final Leadership.Timing STEADY = new Leadership.Timing(Duration.ofSeconds(20),
      Duration.ofSeconds(10), Duration.ofMillis(100));
  /** For those who are to lose the lease. */
  private static final Leadership.Timing BRIEF = new Leadership.Timing(Duration.ofSeconds(1),
      Duration.ofMillis(300), Duration.ofMillis(100));

  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private ApiServer server;
  private volatile String lease = "";
  private volatile boolean away;

  @BeforeEach
  void start() throws IOException {
    server = new ApiServer(this::handle);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    if (away) {
      ApiServer.answer(exchange, 503, "{}");
    } else if (!exchange.getRequestMethod().equals("GET")) {
      lease = ApiServer.body(exchange);
      ApiServer.answer(exchange, 200, lease);
    } else {
      ApiServer.answer(exchange, lease.isEmpty() ? 404 : 200, lease.isEmpty() ? "{}" : lease);
    }
  }

  private Leadership replica(String name, Leadership.Timing timing) {
    return new Leadership(server.calls(), "kuik-system", "lease", name, timing);
  }

  private Leadership seeks(String name, Leadership.Timing timing) {
    Leadership replica = replica(name, timing);
    replica.seek(() -> told.add(name + " leads"), () -> told.add(name + " lost"));
    return replica;
  }

  private Leadership leads(String name, Leadership.Timing timing) throws InterruptedException {
    Leadership replica = seeks(name, timing);
    assertEquals(name + " leads", next());
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
    Leadership a = leads("a", STEADY);
    assertEquals("a", holder());
    a.release();
  }

  @Test
  void whoGivesTheLeaseUpIsFollowedBeforeItsEndAndIsNotLost() throws Exception {
    Leadership a = leads("a", STEADY);
    Leadership b = seeks("b", STEADY);
    long start = System.nanoTime();
    a.release();
    assertEquals("b leads", next());
    assertTrue(Duration.ofNanos(System.nanoTime() - start).compareTo(STEADY.lease()) < 0, "it waited");
    assertTrue(told.isEmpty(), told.toString());
    b.release();
  }

  @Test
  void whoCanNotRenewIsLost() throws Exception {
    leads("a", BRIEF);
    away = true;
    assertEquals("a lost", next());
  }

  @Test
  void whoIsFollowedWhileItSleepsIsLost() throws Exception {
    leads("a", BRIEF);
    lease = lease.replace("\"a\"", "\"b\"");
    assertEquals("a lost", next());
  }

  @Test
  void aLeaderThatCanNotDoItsWorkIsLost() throws Exception {
    Leadership a = replica("a", STEADY);
    a.seek(() -> {
      throw new IllegalStateException("no word from the cluster");
    }, () -> told.add("a lost"));
    assertEquals("a lost", next());
    a.release();
  }

  @Test
  void whoWaitsForTheLeaseIsNotLostWhileTheServerIsAway() throws Exception {
    Leadership a = leads("a", BRIEF);
    Leadership b = seeks("b", BRIEF);
    away = true;
    assertEquals("a lost", next());
    assertFalse(told.contains("b lost"), told.toString());
    away = false;
    assertEquals("b leads", next());
    a.release();
    b.release();
  }
}
