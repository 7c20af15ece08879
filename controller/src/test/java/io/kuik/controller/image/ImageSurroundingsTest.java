package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import io.kuik.model.Platform;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of images when the registry's pod, what it has, or the nodes change. */
class ImageSurroundingsTest {
  private static final String NGINX = "docker.io/library/nginx:1";

  private final World world = new World(3);

  @Test
  void anotherRegistryPodThatStillHasTheImageIsTakenNoteOf() {
    world.use("a", "nginx:1");
    world.end(NGINX, CopyOutcome.COPIED);
    world.incarnation = Optional.of("registry-2");
    world.lookAtAll();
    assertEquals("registry-2", world.only("nginx:1").status().incarnation());
    assertEquals(1, world.store.started.size());
  }

  @Test
  void anImageThatTheRegistryLostIsCopiedAgain() {
    world.use("a", "nginx:1");
    world.end(NGINX, CopyOutcome.COPIED);
    world.held.clear();
    world.incarnation = Optional.of("registry-2");
    world.lookAtAll();
    // The first Job's pod goes later than its Job.
    assertFalse(world.only("nginx:1").status().cached());
    assertEquals(List.of(NGINX), world.copying());
    world.end(NGINX, CopyOutcome.COPIED);
    assertTrue(world.only("nginx:1").status().cached());
    assertEquals("registry-2", world.only("nginx:1").status().incarnation());
  }

  @Test
  void aRegistryThatDoesNotAnswerLosesNothing() {
    world.use("a", "nginx:1");
    world.end(NGINX, CopyOutcome.COPIED);
    world.registryAnswers = false;
    world.incarnation = Optional.of("registry-2");
    world.lookAtAll();
    assertTrue(world.only("nginx:1").status().cached());
    assertEquals("registry-1", world.only("nginx:1").status().incarnation());
    world.registryAnswers = true;
    world.pass(Duration.ofSeconds(30));
    assertEquals("registry-2", world.only("nginx:1").status().incarnation());
  }

  @Test
  void waitsForTheRegistry() {
    world.incarnation = Optional.empty();
    world.use("a", "nginx:1");
    assertEquals("Waiting", world.reason("nginx:1"));
    world.incarnation = Optional.of("registry-1");
    world.pass(Duration.ofSeconds(30));
    assertEquals(List.of(NGINX), world.copying());
  }

  @Test
  void aNewPlatformIsCopiedWhileTheImageStaysCached() {
    world.use("a", "nginx:1");
    world.end(NGINX, CopyOutcome.COPIED);
    world.platforms = List.of(Platform.parse("linux/amd64"), Platform.parse("linux/arm64"));
    world.lookAtAll();
    assertEquals("linux/amd64,linux/arm64", world.job(NGINX).platforms());
    assertTrue(world.only("nginx:1").status().cached());
    world.end(NGINX, CopyOutcome.COPIED);
    assertEquals(world.platforms, world.only("nginx:1").status().platforms());
    assertEquals(2, world.store.started.size());
  }

  @Test
  void allPlatformsAreCopiedOnceAndCoverEveryOther() {
    world.platforms = List.of(Platform.ALL);
    world.use("a", "nginx:1");
    assertEquals("all", world.job(NGINX).platforms());
    world.end(NGINX, CopyOutcome.COPIED);
    assertEquals(List.of(Platform.ALL), world.only("nginx:1").status().platforms());
    world.pass(Duration.ofHours(2));
    world.lookAtAll();
    world.platforms = List.of(Platform.parse("linux/amd64"), Platform.parse("linux/arm64"));
    world.lookAtAll();
    assertEquals(1, world.store.started.size());
  }

  @Test
  void aNewPlatformThatCanNotBeCopiedLeavesTheImageCached() {
    world.use("a", "nginx:1");
    world.end(NGINX, CopyOutcome.COPIED);
    world.platforms = List.of(Platform.parse("linux/arm64"));
    world.lookAtAll();
    world.end(NGINX, CopyOutcome.UPSTREAM_UNAVAILABLE);
    assertTrue(world.only("nginx:1").status().cached());
    assertEquals("Copied", world.reason("nginx:1"));
    assertEquals(2, world.store.started.size());
    world.pass(Duration.ofSeconds(30));
    assertEquals(3, world.store.started.size());
  }
}
