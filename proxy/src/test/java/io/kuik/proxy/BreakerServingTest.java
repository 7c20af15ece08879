package io.kuik.proxy;

import static io.kuik.proxy.ProxyBed.CACHED;
import static io.kuik.proxy.ProxyBed.IMAGE;
import static io.kuik.proxy.ProxyBed.UPSTREAM;
import static io.kuik.proxy.ProxyBed.failing;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.proxy.breaker.BreakerState;
import io.kuik.proxy.breaker.BreakerState.State;
import io.kuik.proxy.source.Limits;
import io.kuik.registry.FakeRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Registries that hang cost one request its time; no pull fails by our caution. */
class BreakerServingTest {
  private static final Duration CACHE = Duration.ofMillis(800);
  private static final Duration UPSTREAMS = Duration.ofMillis(1100);
  private static final Limits SHORT = new Limits(Duration.ofMillis(250), CACHE, CACHE, UPSTREAMS, UPSTREAMS,
      UPSTREAMS, UPSTREAMS, UPSTREAMS, List.of());
  private ProxyBed bed;

  @BeforeEach
  void start() throws IOException {
    bed = new ProxyBed(Optional.empty(), SHORT);
    for (String tag : List.of("1", "2", "latest")) {
      bed.upstream.putManifest(UPSTREAM, tag, "{}");
    }
  }

  @AfterEach
  void stop() throws IOException {
    bed.close();
  }

  private int status(String path) throws IOException, InterruptedException {
    return bed.get(IMAGE + path).statusCode();
  }

  private Map<String, State> states() {
    return bed.proxy.registries().breakers().stream()
        .collect(Collectors.toMap(BreakerState::endpoint, BreakerState::state));
  }

  @Test
  void asksAHangingCacheOnceAndThenItsUpstreamAtOnce() throws Exception {
    bed.cache.fault(bed.hang());
    assertEquals(200, status("manifests/1"));
    int asked = bed.cache.requests().size();
    assertEquals(State.OPEN, states().get("cache"));
    assertEquals(200, status("manifests/2"));
    assertEquals(asked, bed.cache.requests().size());
  }

  @Test
  void asksACacheThatIsLeftAloneBeforeAPullFails() throws Exception {
    bed.cache.fault(bed.hang());
    assertEquals(200, status("manifests/1"));
    bed.cache.putManifest(CACHED, "only", "{}");
    bed.cache.fault(x -> false);
    assertEquals(200, status("manifests/only"));
    assertEquals(State.CLOSED, states().get("cache"));
  }

  @Test
  void asksAHangingUpstreamOnceAndSaysSo() throws Exception {
    bed.upstream.fault(bed.hang());
    assertEquals(504, status("manifests/1"));
    assertEquals(State.OPEN, states().get("docker.io"));
    String metrics = bed.metrics();
    assertTrue(metrics.contains("proxy_registry_left_alone{endpoint=\"docker.io\"} 1.0"), metrics);
    assertTrue(metrics.contains("proxy_registry_left_alone{endpoint=\"cache\"} 0.0"), metrics);
    var second = bed.get(IMAGE + "manifests/2");
    String text = new String(second.body(), StandardCharsets.UTF_8);
    assertTrue(second.statusCode() == 503 && text.contains("docker.io is left alone for some seconds")
        && text.contains("the cache has no copy of it"), text);
    assertEquals(1, bed.upstream.requests().size());
  }

  @Test
  void asksOnAtAnUpstreamThatFailsAtOnce() throws Exception {
    bed.upstream.fault(failing(500));
    for (int i = 0; i < 5; i++) {
      assertEquals(500, status("manifests/1"));
    }
    assertEquals(State.OPEN, states().get("docker.io"));
    bed.upstream.fault(x -> false);
    assertEquals(200, status("manifests/1"));
    assertEquals(State.CLOSED, states().get("docker.io"));
  }

  @Test
  void takesARefusalForASignOfLife() throws Exception {
    for (int status : List.of(401, 403, 404, 429)) {
      bed.cache.fault(failing(status));
      bed.upstream.fault(failing(status));
      for (int i = 0; i < 4; i++) {
        assertEquals(status, status("manifests/1"));
      }
      assertEquals(Map.of("cache", State.CLOSED, "docker.io", State.CLOSED), states());
    }
  }

  @Test
  void asksAHangingUpstreamForOneOfTheTagsThatMoveAndNotForEach() throws Exception {
    for (String repository : List.of("a", "b", "c")) {
      bed.cache.putManifest("docker.io/library/" + repository, "latest", "{}");
    }
    FakeRegistry.Fault hang = bed.hang();
    bed.upstream.fault(hang);
    for (String repository : List.of("a", "b", "c")) {
      assertEquals(200, bed.get("/v2/docker.io/library/" + repository + "/manifests/latest").statusCode());
    }
    assertEquals(1, bed.upstream.requests().size());
    assertEquals(Map.of("cache", State.CLOSED, "docker.io (tags)", State.OPEN), states());
  }
}
