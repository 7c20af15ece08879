package io.kuik.controller.servable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.controller.config.ControllerConfig.RewriteMode;
import io.kuik.controller.rewrite.Untouched;
import io.kuik.model.ImageReference;
import io.kuik.registry.RegistryException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which images are rewritten, in each mode. */
@Timeout(20)
class ServabilityTest {
  private static final ImageReference NGINX = ImageReference.parse("nginx:1");
  private static final ImageReference REDIS = ImageReference.parse("redis:1");
  private static final RegistryException NOT_FOUND = Failures.ofStatus(404);

  private final ManualClock clock = new ManualClock();
  private final List<ImageReference> asked = new CopyOnWriteArrayList<>();
  private Optional<String> disarmed = Optional.empty();
  private Set<ImageReference> cached = Set.of();
  private UpstreamProbe.Question upstream = image -> {
  };

  private Map<String, String> reasons(RewriteMode mode, Collection<ImageReference> images) {
    var probe = new UpstreamProbe(image -> {
      asked.add(image);
      upstream.head(image);
    }, clock);
    Map<ImageReference, Untouched> found = new Servability(mode, () -> disarmed, i -> cached.contains(i),
        probe,
        clock).obstacles(images);
    var reasons = new TreeMap<String, String>();
    found.forEach((image, why) -> reasons.put(image.repository(), why.reason()));
    return reasons;
  }

  @Test
  void asksTheUpstreamOfEachImageThatIsNotCached() {
    cached = Set.of(REDIS);
    assertEquals(Map.of(), reasons(RewriteMode.SERVABLE, List.of(NGINX, REDIS, NGINX)));
    assertEquals(List.of(NGINX), asked);
  }

  @Test
  void oneImageThatCanNotBeServedDoesNotHoldBackTheOthers() {
    upstream = image -> {
      if (image.equals(NGINX)) {
        throw NOT_FOUND;
      }
    };
    assertEquals(Map.of("library/nginx", "UpstreamNotFound"),
        reasons(RewriteMode.SERVABLE, List.of(NGINX, REDIS)));
  }

  @Test
  void rewritesNothingWhileUnarmed() {
    disarmed = Optional.of("no proxy is Ready on node a");
    cached = Set.of(REDIS);
    assertEquals(Map.of("library/nginx", "NotArmed", "library/redis", "NotArmed"),
        reasons(RewriteMode.SERVABLE, List.of(NGINX, REDIS)));
    assertEquals(List.of(), asked);
  }

  @Test
  void rewritesOnlyWhatIsCachedWhenToldTo() {
    cached = Set.of(REDIS);
    assertEquals(Map.of("library/nginx", "NotCached"),
        reasons(RewriteMode.CACHED, List.of(NGINX, REDIS)));
    assertEquals(List.of(), asked);
  }

  @Test
  void rewritesEverythingWithoutAskingWhenToldTo() {
    disarmed = Optional.of("no proxy is Ready on node a");
    assertEquals(Map.of(), reasons(RewriteMode.ALWAYS, List.of(NGINX)));
    assertEquals(List.of(), asked);
  }

  @Test
  void aProbeThatFailsIsNeverAYes() {
    upstream = image -> {
      throw new IllegalStateException("bug");
    };
    assertEquals(Map.of("library/nginx", "ProbeFailed"), reasons(RewriteMode.SERVABLE, List.of(NGINX)));
  }

  @Test
  void anInterruptedWaitIsNeverAYes() {
    var hanging = new CountDownLatch(1);
    upstream = image -> {
      try {
        hanging.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    };
    Thread.currentThread().interrupt();
    assertEquals(Set.of("library/nginx"), reasons(RewriteMode.SERVABLE, List.of(NGINX)).keySet());
    assertTrue(Thread.interrupted());
    hanging.countDown();
  }
}
