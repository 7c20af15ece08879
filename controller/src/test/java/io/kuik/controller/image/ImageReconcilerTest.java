package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import io.kuik.model.ImageReference;
import io.kuik.model.Platform;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The life of CachedImages in a cluster in memory. */
class ImageReconcilerTest {
  private static final String NGINX = "docker.io/library/nginx:1";
  private static final String NAME = "docker.io-library-nginx-1";

  private final World world = new World(3);

  @Test
  void aPodsImageIsCopiedAndItsUsersAreNamed() {
    world.use("a", "nginx:1");
    assertEquals("Copying", world.reason("nginx:1"));
    world.end(NGINX, CopyOutcome.COPIED);
    CachedImage.Status status = world.only("nginx:1").status();
    assertTrue(status.cached());
    assertEquals("Copied", world.reason("nginx:1"));
    assertEquals(new CachedImage.Usage(1, List.of("n/a")), status.usage());
    assertEquals("registry-1", status.incarnation());
    assertEquals(List.of(Platform.parse("linux/amd64")), status.platforms());
    assertEquals(7, status.size());
    assertEquals(List.of(NGINX), world.store.started);
  }

  @Test
  void aCachedImageMadeByHandIsCopiedWithoutAnyPod() {
    world.store.put("mine", "nginx:1");
    world.settle();
    assertEquals(List.of(NGINX), world.copying());
    assertEquals(0, world.store.image("mine").status().usage().count());
  }

  @Test
  void usersComeAndGo() {
    world.use("a", "nginx:1");
    world.end(NGINX, CopyOutcome.COPIED);
    world.use("b", "nginx:1");
    assertEquals(2, world.only("nginx:1").status().usage().count());
    world.unuse("a");
    world.unuse("b");
    assertEquals(0, world.only("nginx:1").status().usage().count());
    assertTrue(world.only("nginx:1").status().cached());
  }

  @Test
  void copiesOnlySoManyAtATimeAndTheNextWhenOneEnds() {
    for (int i = 0; i < 10; i++) {
      world.use("p" + i, "app:" + i);
    }
    Set<String> done = new HashSet<>();
    while (done.size() < 10) {
      List<String> copying = world.copying();
      // A registry that has not answered yet leaves one of the three to others.
      assertEquals(Math.min(done.isEmpty() ? 2 : 3, 10 - done.size()), copying.size(), done.toString());
      world.end(copying.getFirst(), CopyOutcome.COPIED);
      done.add(copying.getFirst());
    }
    assertEquals(10, new HashSet<>(world.store.started).size());
    assertEquals(10, world.store.started.size());
  }

  @Test
  void severalThatEndTogetherAreAllReplaced() {
    for (int i = 0; i < 10; i++) {
      world.use("p" + i, "app:" + i);
    }
    List<String> copying = new ArrayList<>(world.copying());
    world.queue.addAll(copying);
    for (String image : copying) {
      String name = ImageNames.job(ImageReference.parse(image));
      world.store.pods.put(name, Samples.ended(name, name, world.job(image).uid(), 0, "",
          Samples.report(CopyOutcome.COPIED, image)));
    }
    world.settle();
    assertEquals(3, world.copying().size());
  }

  @Test
  void waitingImagesSayThatTheyWait() {
    for (int i = 0; i < 4; i++) {
      world.use("p" + i, "app:" + i);
    }
    assertEquals("Waiting", world.reason("app:3"));
  }

  @Test
  void anEndIsToldExactlyOnce() throws Exception {
    world.use("a", "nginx:1");
    world.end(NGINX, CopyOutcome.COPIED);
    world.lookAtAll();
    world.use("b", "nginx:1");
    assertEquals(List.of(new ImagePlan.Note(false, "Copied", "it ended Copied")), world.store.events);
    String metrics = new String(world.metrics.text(), StandardCharsets.UTF_8);
    assertTrue(metrics.contains("image_copies_total{outcome=\"Copied\"} 1.0"));
  }

  @Test
  void aFailedCopyIsTriedAgainAfterAWhile() {
    world.use("a", "nginx:1");
    world.end(NGINX, CopyOutcome.UPSTREAM_UNAVAILABLE);
    assertEquals("UpstreamUnavailable", world.reason("nginx:1"));
    assertEquals(List.of(new ImagePlan.Note(true, "UpstreamUnavailable", "it ended UpstreamUnavailable")),
        world.store.events);
    world.pass(Duration.ofSeconds(29));
    assertEquals(1, world.store.started.size());
    world.pass(Duration.ofSeconds(1));
    assertEquals(2, world.store.started.size());
    world.end(NGINX, CopyOutcome.UPSTREAM_UNAVAILABLE);
    world.pass(Duration.ofSeconds(59));
    assertEquals(2, world.store.started.size());
    world.pass(Duration.ofSeconds(1));
    world.end(NGINX, CopyOutcome.COPIED);
    assertEquals(0, world.only("nginx:1").status().attempts());
    assertEquals(Optional.empty(), world.only("nginx:1").status().nextAttempt());
  }

  @Test
  void aFinalAnswerIsAskedForAgainAfterHours() {
    world.use("a", "nginx:1");
    world.end(NGINX, CopyOutcome.NOT_FOUND);
    world.pass(Duration.ofHours(5));
    assertEquals(1, world.store.started.size());
    world.pass(Duration.ofHours(1));
    assertEquals(2, world.store.started.size());
  }

  @Test
  void oneFailingImageDoesNotStopTheOthers() {
    for (int i = 0; i < 6; i++) {
      world.use("p" + i, "app:" + i);
    }
    for (int i = 0; i < 6; i++) {
      world.end("app:" + i, i < 3 ? CopyOutcome.NOT_FOUND : CopyOutcome.COPIED);
    }
    assertTrue(world.only("app:5").status().cached());
  }

  @Test
  void aJobThatTheApiServerRefusesHoldsNoSlot() {
    World narrow = new World(1);
    narrow.store.refusal = Optional.of(new IllegalStateException("refused"));
    narrow.use("a", "app:1");
    assertFalse(narrow.failures.isEmpty());
    narrow.store.refusal = Optional.empty();
    narrow.use("b", "app:2");
    assertEquals(List.of("docker.io/library/app:2"), narrow.copying());
    narrow.end("app:2", CopyOutcome.COPIED);
    narrow.pass(Duration.ofSeconds(1));
    assertEquals(List.of("docker.io/library/app:1"), narrow.copying());
  }

  @Test
  void aForeignJobOfThatNameHoldsNoSlotAndIsLookedAtAgain() {
    World narrow = new World(1);
    narrow.store.unseen.add(ImageNames.job(ImageReference.parse("app:1")));
    narrow.use("a", "app:1");
    narrow.use("b", "app:2");
    assertEquals(List.of("docker.io/library/app:2"), narrow.copying());
    assertEquals("Waiting", narrow.reason("app:1"));
    narrow.end("app:2", CopyOutcome.COPIED);
    narrow.store.unseen.clear();
    narrow.pass(Duration.ofMinutes(1));
    assertEquals(List.of("docker.io/library/app:1"), narrow.copying());
  }

  @Test
  void aJobThatSomebodyDeletedIsStartedAgain() {
    world.use("a", "nginx:1");
    world.store.deleteJob(world.job(NGINX).name());
    world.settle();
    assertEquals(List.of(NGINX), world.copying());
    assertEquals(2, world.store.started.size());
  }

  @Test
  void aDeletedCachedImageComesBackWhileItIsUsedAndGivesItsSlotBackOtherwise() {
    World narrow = new World(1);
    narrow.use("a", "nginx:1");
    narrow.store.images.clear();
    narrow.queue.add(NGINX);
    narrow.settle();
    assertEquals(List.of(NAME), List.copyOf(narrow.store.images.keySet()));
    narrow.unuse("a");
    narrow.store.images.clear();
    narrow.store.deleteJob(narrow.job(NGINX).name());
    narrow.settle();
    narrow.use("b", "app:1");
    assertEquals(List.of("docker.io/library/app:1"), narrow.copying());
  }
}
