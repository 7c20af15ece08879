package io.kuik.controller.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the kubelet and Prometheus are told. */
class OpsServerTest {
  private final ControllerMetrics metrics = new ControllerMetrics();
  private Optional<String> unready = Optional.empty();
  private Optional<String> unhealthy = Optional.empty();
  private Optional<String> unarmed = Optional.empty();
  private OpsServer server;

  @BeforeEach
  void start() throws IOException {
    server = new OpsServer(0, metrics, () -> unready, () -> unhealthy);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void probesSucceedWhileNothingIsWrong() throws Exception {
    assertEquals(200, get("/readyz").statusCode());
    assertEquals(200, get("/healthz").statusCode());
  }

  @Test
  void probesFailWithTheirReason() throws Exception {
    unready = Optional.of("the cluster's objects are not known yet");
    HttpResponse<String> ready = get("/readyz");
    assertEquals(503, ready.statusCode());
    assertEquals("the cluster's objects are not known yet\n", ready.body());
    assertEquals(200, get("/healthz").statusCode());
    unhealthy = Optional.of("stuck");
    assertEquals(503, get("/healthz").statusCode());
  }

  @Test
  void metricsHaveTheirNamesFromTheStart() throws Exception {
    metrics.watch(() -> 3, () -> 1, () -> unarmed);
    metrics.imageReviewed("Rewritten");
    metrics.reviewed(0.002);
    metrics.copyEnded(CopyOutcome.COPIED);
    metrics.leading(true);
    HttpResponse<String> answer = get("/metrics");
    assertTrue(answer.headers().firstValue("Content-Type").orElse("").startsWith("text/plain"));
    for (String line : List.of("up 1.0", "is_leader 1.0", "reviewed_images_total{result=\"Rewritten\"} 1.0",
        "failed_reviews_total 0.0", "review_duration_seconds_count 1",
        "image_copies_total{outcome=\"Copied\"} 1.0", "image_copies_total{outcome=\"NotFound\"} 0.0",
        "image_put_in_cache_total 1.0", "cached_images{cached=\"true\"} 3.0",
        "cached_images{cached=\"false\"} 1.0", "armed{reason=\"none\"} 1.0")) {
      assertTrue(answer.body().contains("\nkube_image_keeper_controller_" + line + "\n"), line);
    }
    unarmed = Optional.of("CanaryFailed");
    assertTrue(get("/metrics").body()
        .contains("\nkube_image_keeper_controller_armed{reason=\"CanaryFailed\"} 0.0\n"));
  }
}
