package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import io.kuik.model.ImageReference;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Pods that come when their image is about to leave, or went while nobody looked. */
class LateUsersTest extends ExpiryBed {
  @Test
  void aPodThatComesBackClearsTheTime() {
    cached("a", NGINX);
    world.unuse("a");
    world.pass(Duration.ofDays(29));
    world.use("b", NGINX);
    assertEquals(CachedImage.Stay.NONE, world.only(NGINX).status().stay());
    world.pass(Duration.ofDays(60));
    assertTrue(world.only(NGINX).status().cached());
    assertEquals(1, world.store.started.size());
  }

  @Test
  void aPodThatComesInTheLastMomentKeepsTheImageWithoutACopy() {
    cached("a", NGINX);
    world.unuse("a");
    world.pass(DELAY);
    assertEquals("Expired", world.reason(NGINX));
    world.use("b", NGINX);
    assertTrue(world.only(NGINX).status().cached());
    assertEquals("AlreadyCached", world.reason(NGINX));
    world.pass(Duration.ofDays(1));
    assertTrue(world.holds(NGINX));
    assertEquals(1, world.store.started.size());
  }

  @Test
  void whoComesBackIsToldOnlyWhereTheImageWasSaidToLeave() {
    cached("a", NGINX);
    world.unuse("a");
    world.use("b", NGINX);
    world.unuse("b");
    assertEquals(List.of("Copied"), events());
    world.pass(DELAY);
    world.use("c", NGINX);
    world.lookAtAll();
    world.pass(Duration.ofDays(1));
    assertEquals(List.of("Copied", "Expired", "AlreadyCached"), events());
    assertEquals(new ImagePlan.Note(false, "AlreadyCached", "the image is in the cache, and stays"),
        world.store.events.getLast());
  }

  private List<String> events() {
    return world.store.events.stream().map(ImagePlan.Note::reason).toList();
  }

  @Test
  void aPodThatComesWhenTheTagIsGoneHasItCopiedAgain() {
    cached("a", NGINX);
    world.unuse("a");
    world.pass(DELAY);
    world.held.clear();
    world.use("b", NGINX);
    assertEquals(List.of(NGINX), world.copying());
    world.end(NGINX, CopyOutcome.COPIED);
    assertTrue(world.only(NGINX).status().cached());
  }

  @Test
  void aPodThatComesInTheLastMomentWaitsForARegistryThatDoesNotAnswer() {
    cached("a", NGINX);
    world.unuse("a");
    world.pass(DELAY);
    world.registryAnswers = false;
    world.use("b", NGINX);
    assertEquals("Expired", world.reason(NGINX));
    assertEquals(1, world.store.started.size());
    world.registryAnswers = true;
    world.pass(Duration.ofSeconds(3));
    assertTrue(world.only(NGINX).status().cached());
    assertEquals(1, world.store.started.size());
  }

  @Test
  void aPodThatComesAfterAllHasANewCachedImage() {
    cached("a", NGINX);
    world.unuse("a");
    world.pass(DELAY);
    world.pass(Expiry.FAREWELL);
    // As the cluster does with what a CachedImage owned.
    world.store.deleteJob(ImageNames.job(ImageReference.parse(NGINX)));
    world.use("b", NGINX);
    world.end(NGINX, CopyOutcome.COPIED);
    assertTrue(world.only(NGINX).status().cached());
  }

  @Test
  void aPodThatUsesAnImageForAMomentCountsAsWell() {
    cached("a", NGINX);
    world.unuse("a");
    world.now = world.now.plus(Duration.ofDays(10));
    // Between two looks at the image.
    world.useUnlooked("b", NGINX);
    world.unuse("b");
    assertEquals(Optional.of(begin.plus(Duration.ofDays(40))), expiresAt());
  }

  @Test
  void podsThatWentWhileNobodyLookedAreMissedAfterARestart() {
    cached("a", NGINX);
    world.pass(Duration.ofDays(3));
    world.unuseUnseen("a");
    world.pass(Duration.ofDays(1));
    world.start();
    assertEquals(0, world.only(NGINX).status().usage().count());
    assertEquals(Optional.of(begin.plus(Duration.ofDays(4)).plus(DELAY)), expiresAt());
  }

  @Test
  void aRestartNeitherShortensNorProlongsTheDelay() {
    cached("a", NGINX);
    world.unuse("a");
    Optional<Instant> before = expiresAt();
    for (int i = 0; i < 29; i++) {
      world.pass(Duration.ofDays(1));
      world.start();
      assertEquals(before, expiresAt());
    }
    world.pass(Duration.ofDays(1));
    assertEquals("Expired", world.reason(NGINX));
    world.start();
    world.pass(Expiry.FAREWELL);
    assertFalse(known(NAME));
  }

  @Test
  void nothingLeavesBeforeAllUsersAreKnown() {
    cached("a", NGINX);
    world.unuse("a");
    world.usersKnown = false;
    world.pass(DELAY);
    world.pass(Duration.ofDays(1));
    assertTrue(world.only(NGINX).status().cached());
    world.usersKnown = true;
    world.pass(Duration.ofSeconds(10));
    assertEquals("Expired", world.reason(NGINX));
  }
}
