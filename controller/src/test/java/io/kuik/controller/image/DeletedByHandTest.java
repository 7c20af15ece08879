package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CacheLocation;
import io.kuik.model.CopyOutcome;
import io.kuik.model.ImageReference;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of the tag when somebody deletes a CachedImage. */
class DeletedByHandTest {
  private static final String NGINX = "docker.io/library/nginx:1";
  private static final String NAME = "docker.io-library-nginx-1";

  private final World world = new World(3);

  private void cachedAndUnused() {
    world.use("a", NGINX);
    world.end(NGINX, CopyOutcome.COPIED);
    world.unuse("a");
  }

  @Test
  void theTagOfAnUnusedImageGoesSoon() {
    cachedAndUnused();
    world.deleteByHand(NGINX);
    assertTrue(world.holds(NGINX));
    world.pass(Departures.PATIENCE);
    assertFalse(world.holds(NGINX));
    assertTrue(world.store.images.isEmpty());
  }

  @Test
  void aUsedImageComesBackAndItsTagStaysUntilItIsCopiedAgain() {
    world.use("a", NGINX);
    world.end(NGINX, CopyOutcome.COPIED);
    world.store.deleteJob(ImageNames.job(ImageReference.parse(NGINX)));
    world.deleteByHand(NGINX);
    world.pass(Departures.PATIENCE);
    assertTrue(world.holds(NGINX));
    assertEquals(List.of(NGINX), world.copying());
    assertEquals(1, world.only(NGINX).status().usage().count());
  }

  @Test
  void whatIsMadeAgainAtOnceKeepsItsTag() {
    cachedAndUnused();
    world.deleteByHand(NGINX);
    world.store.put(NAME, NGINX);
    world.settle();
    world.pass(Departures.PATIENCE);
    assertTrue(world.holds(NGINX));
  }

  @Test
  void aPodThatComesMeanwhileKeepsTheTag() {
    cachedAndUnused();
    world.deleteByHand(NGINX);
    world.use("b", NGINX);
    world.pass(Departures.PATIENCE);
    assertTrue(world.holds(NGINX));
  }

  @Test
  void theTagThatADuplicateNamesStays() {
    cachedAndUnused();
    world.store.put("mine", "nginx:1");
    world.settle();
    world.store.delete(world.store.image(NAME));
    world.settle();
    world.pass(Departures.PATIENCE);
    assertTrue(world.holds(NGINX));
  }

  @Test
  void theTagThatAnotherImageNeedsStays() {
    String digest = "nginx@" + Samples.DIGEST;
    world.store.put("one", digest);
    world.store.put("two", "nginx:1@" + Samples.DIGEST);
    world.settle();
    world.end(digest, CopyOutcome.COPIED);
    world.end("nginx:1@" + Samples.DIGEST, CopyOutcome.COPIED);
    world.deleteByHand(digest);
    world.pass(Departures.PATIENCE);
    assertTrue(world.holds(digest));
    world.deleteByHand("nginx:1@" + Samples.DIGEST);
    world.pass(Departures.PATIENCE);
    assertFalse(world.holds(digest));
  }

  @Test
  void losingTheKindOfResourceLosesNoTag() {
    cachedAndUnused();
    world.store.kindSince = Optional.empty();
    world.deleteByHand(NGINX);
    world.pass(Departures.PATIENCE);
    assertTrue(world.holds(NGINX));
  }

  @Test
  void aKindThatWasMadeAnewMeansThatTheOldOneWasLost() {
    world.store.created = Instant.parse("2026-01-01T00:00:00Z");
    cachedAndUnused();
    world.store.kindSince = Optional.of(Instant.parse("2026-02-01T00:00:00Z"));
    world.deleteByHand(NGINX);
    world.pass(Departures.PATIENCE);
    assertTrue(world.holds(NGINX));
  }

  @Test
  void aPrivateCopyGoesAsWell() {
    CacheLocation place = CacheLocation.ofPrivate(ImageReference.parse(NGINX));
    world.use("a", NGINX);
    world.end(NGINX, CopyOutcome.COPIED, place);
    world.unuse("a");
    world.deleteByHand(NGINX);
    world.pass(Departures.PATIENCE);
    assertFalse(world.held.contains(place));
  }

  @Test
  void aChangedSourceImageGivesTheOldOneUp() {
    world.store.put("mine", NGINX);
    world.settle();
    world.end(NGINX, CopyOutcome.COPIED);
    world.changeSource("mine", "nginx:2");
    world.pass(Departures.PATIENCE);
    assertFalse(world.holds(NGINX));
  }

  @Test
  void aRegistryThatIsAwayIsAskedAgain() {
    cachedAndUnused();
    world.deleteByHand(NGINX);
    world.deletes = false;
    world.pass(Departures.PATIENCE);
    assertFalse(world.failures.isEmpty());
    world.deletes = true;
    world.pass(Departures.PATIENCE);
    assertFalse(world.holds(NGINX));
  }
}
