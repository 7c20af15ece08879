package io.kuik.proxy.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.ImageReference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names and labels that dashboards and alerts rely on. */
class MetricsTest {
  private final LastSuccess successes = new LastSuccess(() -> Instant.ofEpochSecond(1234));
  private final Metrics metrics = new Metrics("1.2.3", () -> 3, successes);

  private static PullReport pull(String image, String source, int status) {
    String registry = ImageReference.parse(image).registry();
    return new PullReport("GET", new PullReport.Subject("manifest", registry, image), source,
        source.equals("cache") ? "none" : "not_cached", status, 10,
        Duration.ofMillis(3), "127.0.0.1", "", "");
  }

  private String text() throws IOException {
    var out = new ByteArrayOutputStream();
    metrics.write(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void countsRequestsUnderV1sName() throws IOException {
    metrics.accept(pull("nginx", "cache", 200));
    metrics.accept(pull("nginx", "upstream", 200));
    String text = text();
    String name = "kube_image_keeper_proxy_http_requests_total";
    assertTrue(text.contains(name + "{cacheHit=\"true\",registry=\"docker.io\",statusCode=\"200\"} 1.0"),
        text);
    assertTrue(text.contains(name + "{cacheHit=\"false\",registry=\"docker.io\",statusCode=\"200\"} 1.0"),
        text);
    assertTrue(text.contains("kube_image_keeper_proxy_sent_bytes_total{source=\"cache\"} 10.0"), text);
    assertTrue(text.contains("kube_image_keeper_proxy_requests_in_flight 3.0"), text);
    assertTrue(text.contains("kube_image_keeper_proxy_request_duration_seconds_bucket"), text);
  }

  @Test
  void countsWhyTheCacheDidNotServe() throws IOException {
    metrics.accept(pull("nginx", "upstream", 206));
    metrics.accept(pull("nginx", "cache", 200));
    String name = "kube_image_keeper_proxy_pulls_total";
    assertTrue(text().contains(
        name + "{miss=\"not_cached\",registry=\"docker.io\",source=\"upstream\",status=\"2xx\"} 1.0"),
        text());
    assertTrue(text()
        .contains(name + "{miss=\"none\",registry=\"docker.io\",source=\"cache\",status=\"2xx\"} 1.0"),
        text());
  }

  @Test
  void showsHowTheProxyIs() throws IOException {
    successes.accept(pull("nginx", "cache", 200));
    successes.accept(pull("nginx", "none", 502));
    String text = text();
    for (String line : List.of("last_success_timestamp_seconds{source=\"cache\"} 1234.0",
        "build_info{version=\"1.2.3\"} 1")) {
      assertTrue(text.contains("kube_image_keeper_proxy_" + line), line + " in " + text);
    }
    assertFalse(text.contains("source=\"upstream\""), text);
  }

  @Test
  void givesNoLabelToRegistriesThatNeverServed() throws IOException {
    metrics.accept(pull("nowhere.example/a", "none", 502));
    assertFalse(text().contains("nowhere"));
    assertTrue(text().contains("registry=\"other\",statusCode=\"502\""));
  }

  @Test
  void boundsTheLabels() throws IOException {
    for (int i = 0; i < 500; i++) {
      metrics.accept(pull("r" + i + ".example/a", "cache", 200));
    }
    assertEquals(101, text().lines().filter(l -> l.startsWith("kube_image_keeper_proxy_http_requests_total{"))
        .count());
  }
}
