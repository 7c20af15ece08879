package io.kuik.controller.upstream;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.kuik.model.ImageReference;
import io.kuik.model.PullBudget;
import io.kuik.registry.FakeRegistry;
import io.kuik.registry.HttpProxies;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistrySettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions to a registry that is reached as its own proxy: an upstream is never at a loopback address. */
@Timeout(20)
class UpstreamHeadTest {
  private static final String HOST = "registry.example:5000";
  private static final ImageReference IMAGE = ImageReference.parse(HOST + "/a/b:v1");

  private FakeRegistry registry;
  private RegistryClient client;
  private UpstreamHead head;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    client = new RegistryClient(new RegistrySettings(Set.of(HOST), Optional.empty(),
        HttpProxies.from(Map.of("HTTP_PROXY", registry.endpoint().base().toString())), "test"));
    head = new UpstreamHead(client);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void anImageThatIsThereIsAvailableByOneHead() {
    registry.putManifest("a/b", "v1", "{}");
    assertDoesNotThrow(() -> head.available(IMAGE));
    assertEquals(List.of("HEAD /v2/a/b/manifests/v1"), registry.requests());
  }

  @Test
  void aRefusalIsToldAsWhatItIs() {
    assertThrows(RegistryException.NotFound.class, () -> head.available(IMAGE));
  }

  @Test
  void aRegistryThatHangsIsNotWaitedForLongerThanAllowed() {
    var end = new CountDownLatch(1);
    registry.fault(x -> {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return false;
    });
    var brief = new UpstreamHead(client, Duration.ofMillis(100));
    assertThrows(RegistryException.Unavailable.class, () -> brief.available(IMAGE));
    assertTimeoutPreemptively(Duration.ofSeconds(5),
        () -> assertEquals(Optional.empty(), brief.budget(IMAGE)));
    end.countDown();
  }

  @Test
  void theBudgetIsReadFromWhateverAnswerThereIs() {
    registry.fault(x -> {
      x.getResponseHeaders().set("ratelimit-limit", "100;w=21600");
      x.getResponseHeaders().set("ratelimit-remaining", "7;w=21600");
      return false;
    });
    assertEquals(Optional.of(new PullBudget(100, 7)), head.budget(IMAGE));
  }

  @Test
  void withoutAWordOrAnAnswerThereIsNoBudget() {
    assertEquals(Optional.empty(), head.budget(IMAGE));
    registry.close();
    assertEquals(Optional.empty(), head.budget(IMAGE));
  }
}
