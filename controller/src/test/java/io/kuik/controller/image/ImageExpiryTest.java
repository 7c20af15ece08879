package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.controller.servable.Failures;
import io.kuik.model.CacheLocation;
import io.kuik.model.CopyOutcome;
import io.kuik.model.ImageReference;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Images that nobody uses any more leave, and no others. */
class ImageExpiryTest {
  private static final String NGINX = "docker.io/library/nginx:1";
  private static final String NAME = "docker.io-library-nginx-1";
  private static final Duration DELAY = Duration.ofDays(30);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final World world = new World(3);
  private final Instant begin = world.now;

  @BeforeEach
  void rules() {
    expireAfter(Optional.of(DELAY));
  }

  private void expireAfter(Optional<Duration> delay) {
    world.rules = new ImagePlan.Rules(new Expiry(delay), world.rules.refresh());
    world.start();
  }

  private void cached(String pod, String image) {
    world.use(pod, image);
    world.end(image, CopyOutcome.COPIED);
  }

  private Optional<Instant> expiresAt() {
    return world.only(NGINX).status().stay().expiresAt();
  }

  private boolean known(String name) {
    return world.store.named(name).isPresent();
  }

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
