package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.controller.servable.Failures;
import io.kuik.model.CacheLocation;
import io.kuik.model.CopyOutcome;
import io.kuik.model.ImageReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Images that nobody uses any more leave, and no others. */
class ImageExpiryTest extends ExpiryBed {
  @Test
  void theLastPodThatGoesSetsTheTime() {
    cached("a", NGINX);
    world.use("b", NGINX);
    assertEquals(CachedImage.Stay.NONE, world.only(NGINX).status().stay());
    world.unuse("a");
    assertEquals(Optional.empty(), expiresAt());
    world.pass(Duration.ofHours(1));
    world.unuse("b");
    assertEquals(Optional.of(begin.plus(Duration.ofHours(1))), world.only(NGINX).status().stay().lastUsed());
    assertEquals(Optional.of(begin.plus(Duration.ofHours(1)).plus(DELAY)), expiresAt());
  }

  @Test
  void anExpiredImageLeavesWithItsTag() {
    cached("a", NGINX);
    world.unuse("a");
    world.pass(DELAY.minus(SECOND));
    assertTrue(world.only(NGINX).status().cached());
    world.pass(SECOND);
    // From now on no pod is told that it is there; those that were told have time to appear.
    assertFalse(world.only(NGINX).status().cached());
    assertEquals("Expired", world.reason(NGINX));
    assertTrue(world.holds(NGINX));
    world.pass(Expiry.FAREWELL.minus(SECOND));
    assertTrue(world.holds(NGINX));
    world.pass(SECOND);
    assertFalse(world.holds(NGINX));
    assertFalse(known(NAME));
    assertEquals(List.of("Copied", "Expired"), world.store.events.stream().map(ImagePlan.Note::reason)
        .toList());
  }

  @Test
  void retainedImagesStay() {
    cached("a", NGINX);
    world.store.edit(NAME, "{'spec': {'retain': true}}");
    world.unuse("a");
    assertEquals(Optional.empty(), expiresAt());
    world.pass(DELAY.multipliedBy(12));
    assertTrue(world.only(NGINX).status().cached());
    world.store.edit(NAME, "{'spec': {'retain': false}}");
    world.settle();
    world.pass(Expiry.FAREWELL);
    assertFalse(known(NAME));
  }

  @Test
  void aDuplicateThatIsRetainedCounts() {
    cached("a", NGINX);
    world.store.put("mine", NGINX);
    world.store.edit("mine", "{'spec': {'retain': true}}");
    world.settle();
    world.unuse("a");
    world.pass(DELAY.multipliedBy(2));
    assertTrue(known(NAME));
    assertTrue(known("mine"));
  }

  @Test
  void whatNobodyEverUsedLeavesAfterItsCreation() {
    world.store.put("mine", NGINX);
    world.settle();
    world.end(NGINX, CopyOutcome.COPIED);
    assertEquals(Optional.of(begin.plus(DELAY)), expiresAt());
    assertEquals(Optional.empty(), world.only(NGINX).status().stay().lastUsed());
    world.pass(DELAY);
    world.pass(Expiry.FAREWELL);
    assertFalse(known("mine"));
  }

  @Test
  void whatIsMadeAnewDoesNotRememberItsUsersOfLongAgo() {
    cached("a", NGINX);
    world.unuse("a");
    world.pass(DELAY);
    world.pass(Expiry.FAREWELL);
    world.store.created = world.now;
    world.store.put("mine", NGINX);
    world.settle();
    assertEquals(Optional.of(world.now.plus(DELAY)), expiresAt());
  }

  @Test
  void withoutADelayNothingLeaves() {
    expireAfter(Optional.empty());
    cached("a", NGINX);
    world.unuse("a");
    assertEquals(Optional.empty(), expiresAt());
    assertEquals(Optional.of(begin), world.only(NGINX).status().stay().lastUsed());
    world.pass(DELAY.multipliedBy(12));
    assertTrue(known(NAME));
  }

  @Test
  void anotherDelayCountsForImagesThatAreUnusedAlready() {
    cached("a", NGINX);
    world.unuse("a");
    world.pass(Duration.ofDays(7));
    expireAfter(Optional.of(Duration.ofDays(7)));
    world.settle();
    world.pass(Expiry.FAREWELL);
    assertFalse(known(NAME));
  }

  @Test
  void noDelayAtAllMeansAtOnce() {
    expireAfter(Optional.of(Duration.ZERO));
    cached("a", NGINX);
    assertTrue(world.only(NGINX).status().cached());
    world.unuse("a");
    world.pass(Expiry.FAREWELL);
    assertFalse(known(NAME));
    assertFalse(world.holds(NGINX));
  }

  @Test
  void aRegistryThatDoesNotDeleteKeepsTheCachedImageToo() {
    cached("a", NGINX);
    world.unuse("a");
    world.pass(DELAY);
    world.deletes = false;
    world.pass(Expiry.FAREWELL);
    assertFalse(world.failures.isEmpty());
    assertEquals("Expired", world.reason(NGINX));
    world.deletes = true;
    world.pass(SECOND);
    assertFalse(known(NAME));
  }

  @Test
  void aRunningCopyIsNotPulledAwayFromUnderItsJob() {
    world.use("a", NGINX);
    world.unuse("a");
    world.pass(DELAY);
    assertEquals(List.of(NGINX), world.copying());
    world.end(NGINX, CopyOutcome.COPIED);
    world.pass(Expiry.FAREWELL);
    assertFalse(known(NAME));
    assertFalse(world.holds(NGINX));
  }

  @Test
  void whatCanNotBeCopiedLeavesAsWell() {
    world.use("a", NGINX);
    world.end(NGINX, CopyOutcome.NOT_FOUND);
    world.unuse("a");
    world.passSlowly(DELAY.plus(Duration.ofHours(12)), Duration.ofHours(5));
    world.end(NGINX, CopyOutcome.NOT_FOUND);
    world.pass(Expiry.FAREWELL);
    assertFalse(known(NAME));
  }

  @Test
  void theSameDigestUnderAnotherNameKeepsItsTag() {
    String digest = "nginx@" + Samples.DIGEST;
    String both = "nginx:1@" + Samples.DIGEST;
    cached("a", digest);
    cached("b", both);
    world.unuse("b");
    world.pass(DELAY);
    world.pass(Expiry.FAREWELL);
    assertEquals(1, world.store.images.size());
    assertTrue(world.held.contains(CacheLocation.of(ImageReference.parse(digest))));
    assertTrue(world.only(digest).status().cached());
  }

  @Test
  void twoTagsOfOneDigestLiveAndLeaveByThemselves() {
    cached("a", "nginx:1");
    cached("b", "nginx:1.27");
    world.unuse("a");
    world.pass(DELAY);
    world.pass(Expiry.FAREWELL);
    assertFalse(world.holds("nginx:1"));
    assertTrue(world.holds("nginx:1.27"));
    assertTrue(world.only("nginx:1.27").status().cached());
  }

  @Test
  void anImageWhoseRegistryHasLostItStaysWhileItIsUsed() {
    cached("a", NGINX);
    world.upstream.put(NGINX, () -> {
      throw Failures.ofStatus(404);
    });
    world.store.edit(NAME, "{'metadata': {'annotations': {'" + CachedImage.REFRESH + "': '1'}}}");
    world.settle();
    world.pass(DELAY.multipliedBy(3));
    assertTrue(world.only(NGINX).status().cached());
    assertTrue(world.holds(NGINX));
    assertEquals(Map.of("False", "NotFound"), world.upstreamAvailable(NGINX));
  }
}
