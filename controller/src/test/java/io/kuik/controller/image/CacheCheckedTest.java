package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said to be cached is looked for, and what was lost is copied again. */
class CacheCheckedTest {
  private static final String NGINX = "docker.io/library/nginx:1";
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final World world = new World(3);

  private void cached(int images) {
    for (int i = 0; i < images; i++) {
      world.use("p" + i, "app:" + i);
      world.end("app:" + i, CopyOutcome.COPIED);
    }
    world.passSlowly(Duration.ofSeconds(images), SECOND);
    world.looks.clear();
  }

  private void doubt() {
    world.check.doubt();
    world.lookAtAll();
  }

  @Test
  void everythingIsLookedForAfterAStartOnlySoManyASecond() {
    cached(50);
    world.pass(SECOND);
    world.start();
    assertEquals(11, world.looks.size());
    world.passSlowly(SECOND, Duration.ofMillis(100));
    assertEquals(21, world.looks.size());
    world.passSlowly(Duration.ofSeconds(10), Duration.ofMillis(100));
    assertEquals(50, world.looks.size());
    world.lookAtAll();
    assertEquals(50, world.looks.size());
  }

  @Test
  void anotherPodOfTheRegistryIsAskedOnlySoOftenAsWell() {
    cached(50);
    world.incarnation = Optional.of("registry-2");
    world.lookAtAll();
    assertEquals(11, world.looks.size());
    world.passSlowly(Duration.ofSeconds(10), Duration.ofMillis(100));
    assertEquals(50, world.looks.size());
    assertEquals("registry-2", world.only("app:49").status().incarnation());
  }

  @Test
  void whatWasLostIsCopiedAgainAndCounted() throws Exception {
    world.use("a", NGINX);
    world.end(NGINX, CopyOutcome.COPIED);
    world.pass(SECOND);
    world.held.clear();
    world.pass(SECOND);
    doubt();
    assertFalse(world.only(NGINX).status().cached());
    assertEquals(List.of(NGINX), world.copying());
    world.end(NGINX, CopyOutcome.COPIED);
    assertTrue(world.only(NGINX).status().cached());
    assertTrue(new String(world.metrics.text(), StandardCharsets.UTF_8).contains("lost_images_total 1.0"));
  }

  private List<String> events() {
    return world.store.events.stream().map(ImagePlan.Note::reason).toList();
  }

  private void lose(String image) {
    world.use("a", image);
    world.end(image, CopyOutcome.COPIED);
    world.pass(SECOND);
    world.held.clear();
  }

  @Test
  void aLossIsToldOnce() {
    lose(NGINX);
    doubt();
    assertEquals(List.of("Copied", "Missing"), events());
    ImagePlan.Note note = world.store.events.getLast();
    assertTrue(note.warning());
    assertTrue(note.message().startsWith("the cache registry no longer holds the image"), note.message());
    world.end(NGINX, CopyOutcome.UPSTREAM_UNAVAILABLE);
    doubt();
    world.passSlowly(Duration.ofMinutes(1), SECOND);
    world.end(NGINX, CopyOutcome.COPIED);
    doubt();
    assertEquals(List.of("Copied", "Missing", "UpstreamUnavailable", "Copied"), events());
  }

  @Test
  void aLossIsToldOnceAlsoWhereTheJobThatMendsItIsRefused() throws Exception {
    lose(NGINX);
    world.store.refusal = Optional.of(new IllegalStateException("no"));
    doubt();
    world.passSlowly(Duration.ofMinutes(1), SECOND);
    assertEquals(List.of("Copied", "Missing"), events());
    assertTrue(new String(world.metrics.text(), StandardCharsets.UTF_8).contains("lost_images_total 1.0"));
  }

  @Test
  void whatIsSeenAgainAndAgainIsNoNews() {
    cached(2);
    for (int i = 0; i < 5; i++) {
      world.pass(SECOND);
      doubt();
    }
    world.start();
    assertEquals(List.of("Copied", "Copied"), events());
  }

  @Test
  void anEmptiedRegistryIsFilledAgainThreeAtATime() {
    cached(10);
    world.held.clear();
    world.pass(SECOND);
    doubt();
    world.passSlowly(Duration.ofSeconds(2), Duration.ofMillis(100));
    assertEquals(3, world.copying().size());
  }

  @Test
  void aRegistryThatDoesNotAnswerProvesNothing() {
    cached(3);
    world.registryAnswers = false;
    world.pass(SECOND);
    doubt();
    world.passSlowly(Duration.ofMinutes(5), SECOND);
    for (int i = 0; i < 3; i++) {
      assertTrue(world.only("app:" + i).status().cached());
    }
    world.held.clear();
    world.registryAnswers = true;
    world.passSlowly(Duration.ofMinutes(1), SECOND);
    assertFalse(world.only("app:1").status().cached());
  }

  @Test
  void aRegistryThatIsNotReadyIsNotAsked() {
    cached(1);
    world.incarnation = Optional.empty();
    world.pass(SECOND);
    doubt();
    assertEquals(List.of(), world.looks);
  }
}
