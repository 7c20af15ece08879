package io.kuik.controller.servable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.controller.rewrite.Untouched;
import io.kuik.model.ImageReference;
import io.kuik.registry.RegistryException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How often upstreams are asked, and how long their answers are believed. */
@Timeout(20)
class UpstreamProbeTest {
  private static final ImageReference NGINX = ImageReference.parse("nginx:1");
  private static final ImageReference REDIS = ImageReference.parse("redis:1");
  private static final RegistryException NOT_FOUND = Failures.ofStatus(404);
  private static final RegistryException UNAVAILABLE = Failures.ofStatus(503);

  private final ManualClock clock = new ManualClock();
  private final List<ImageReference> asked = new CopyOnWriteArrayList<>();
  private final CountDownLatch hanging = new CountDownLatch(1);
  private volatile UpstreamProbe.Question upstream = image -> {
  };
  private final UpstreamProbe probe = new UpstreamProbe(image -> {
    asked.add(image);
    upstream.head(image);
  }, clock);

  @AfterEach
  void letGo() {
    hanging.countDown();
  }

  private void hang(ImageReference image) {
    try {
      hanging.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(image.canonical(), e);
    }
  }

  private void fail(RegistryException e) {
    upstream = image -> {
      throw e;
    };
  }

  private Instant in(Duration time) {
    return clock.instant().plus(time);
  }

  private String reason(ImageReference image) {
    return probe.obstacle(image, in(Duration.ofSeconds(10))).map(Untouched::reason).orElse("none");
  }

  @Test
  void believesAYesForAMinute() {
    assertEquals("none", reason(NGINX));
    clock.pass(Duration.ofSeconds(59));
    assertEquals("none", reason(NGINX));
    assertEquals(1, asked.size());
    clock.pass(Duration.ofSeconds(1));
    assertEquals("none", reason(NGINX));
    assertEquals(2, asked.size());
  }

  @Test
  void believesAYesForAsLongAsItIsTold() {
    var shorter = new UpstreamProbe(asked::add, clock, Duration.ofSeconds(5));
    for (int i = 0; i < 4; i++) {
      assertEquals(Optional.empty(), shorter.obstacle(NGINX, in(Duration.ofSeconds(10))));
      clock.pass(Duration.ofSeconds(3));
    }
    assertEquals(2, asked.size());
  }

  @Test
  void believesANoForTenSeconds() {
    fail(NOT_FOUND);
    assertEquals("UpstreamNotFound", reason(NGINX));
    clock.pass(Duration.ofSeconds(9));
    assertEquals("UpstreamNotFound", reason(NGINX));
    assertEquals(1, asked.size());
    upstream = image -> {
    };
    clock.pass(Duration.ofSeconds(1));
    assertEquals("none", reason(NGINX));
  }

  @Test
  void aNoIsAboutItsImageOnly() {
    fail(NOT_FOUND);
    assertEquals("UpstreamNotFound", reason(NGINX));
    upstream = image -> {
    };
    assertEquals("none", reason(REDIS));
  }

  @Test
  void leavesARegistryThatDoesNotAnswerAloneForHalfAMinute() {
    fail(UNAVAILABLE);
    assertEquals("UpstreamUnavailable", reason(NGINX));
    clock.pass(Duration.ofSeconds(29));
    assertEquals("UpstreamUnavailable", reason(REDIS));
    assertEquals(List.of(NGINX), asked);
    assertEquals("UpstreamUnavailable", reason(ImageReference.parse("quay.io/a:1")));
    assertEquals(2, asked.size());
    upstream = image -> {
    };
    clock.pass(Duration.ofSeconds(1));
    assertEquals("none", reason(REDIS));
  }

  @Test
  void anErrorOfOursIsANo() {
    upstream = image -> {
      throw new IllegalStateException("bug");
    };
    assertEquals("ProbeFailed", reason(NGINX));
  }

  @Test
  void anErrorOfTheVirtualMachineIsANoAndGivesItsPlaceBack() {
    upstream = image -> {
      throw new StackOverflowError();
    };
    for (int i = 0; i < 65; i++) {
      assertEquals("ProbeFailed", reason(ImageReference.parse("r" + i + ".example.com/a:1")));
    }
  }

  @Test
  void asksOnceForAllWhoWait() throws Exception {
    var entered = new CountDownLatch(1);
    upstream = image -> {
      entered.countDown();
      hang(image);
    };
    var tasks = new ArrayList<FutureTask<Optional<Untouched>>>();
    for (int i = 0; i < 5; i++) {
      var task = new FutureTask<>(() -> probe.obstacle(NGINX, in(Duration.ofSeconds(15))));
      tasks.add(task);
      Thread thread = Thread.ofPlatform().start(task);
      // The only timed wait on its way is the one for the answer.
      while (thread.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
    }
    assertTrue(entered.await(10, TimeUnit.SECONDS));
    hanging.countDown();
    for (FutureTask<Optional<Untouched>> task : tasks) {
      assertEquals(Optional.empty(), task.get());
    }
    assertEquals(List.of(NGINX), asked);
  }

  @Test
  void waitsForAHangingRegistryNoLongerThanTheDeadline() {
    upstream = this::hang;
    assertEquals("UpstreamUnavailable",
        probe.obstacle(NGINX, in(Duration.ofMillis(5))).map(Untouched::reason).orElse("none"));
    // And remembers that it hung.
    assertEquals("UpstreamUnavailable", reason(REDIS));
    assertTrue(asked.size() <= 1);
  }

  @Test
  void asksSixtyFourAtOnceAndNoMore() {
    upstream = this::hang;
    for (int i = 0; i < 64; i++) {
      ImageReference image = ImageReference.parse("r" + i + ".example.com/a:1");
      assertEquals("UpstreamUnavailable",
          probe.obstacle(image, clock.instant()).map(Untouched::reason).orElse("none"));
    }
    assertEquals("UpstreamBusy", reason(NGINX));
  }
}
