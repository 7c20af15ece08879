package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** CachedImages that version 1 made: they have a finalizer that nobody else takes away. */
class LeftByVersionOneTest {
  private static final String NGINX = "docker.io/library/nginx:1";
  private static final String NAME = "docker.io-library-nginx-1";
  private static final String ITS = "'cachedimage.kuik.enix.io/finalizer'";

  private final World world = new World(3);

  private void left(String name, String finalizers) {
    world.store.put(name, "nginx:1");
    world.store.edit(name, "{'metadata': {'finalizers': [" + finalizers + "]}}");
    world.settle();
  }

  private void deleteByHand(String name) {
    world.store.delete(world.store.image(name));
    world.settle();
    world.pass(Duration.ofSeconds(1));
  }

  @Test
  void keepTheirFinalizerWhileNobodyDeletesThem() {
    left(NAME, ITS);
    world.end(NGINX, CopyOutcome.COPIED);
    assertEquals(List.of("cachedimage.kuik.enix.io/finalizer"), finalizers());
    assertTrue(world.only(NGINX).status().cached());
  }

  private List<String> finalizers() {
    return world.store.images.get(NAME).getAsJsonObject("metadata").getAsJsonArray("finalizers").asList()
        .stream().map(f -> f.getAsString()).toList();
  }

  @Test
  void goWhenTheyAreDeletedByHandAndTheirTagWithThem() {
    left(NAME, ITS);
    world.end(NGINX, CopyOutcome.COPIED);
    deleteByHand(NAME);
    assertEquals(Set.of(), world.store.images.keySet());
    world.pass(Departures.PATIENCE);
    assertFalse(world.holds(NGINX));
  }

  @Test
  void goWhenTheyExpire() {
    world.rules = new ImagePlan.Rules(new Expiry(Optional.of(Duration.ofDays(1))),
        new Refresh(Optional.empty(), Duration.ofHours(1), Optional.empty()));
    world.start();
    left(NAME, ITS);
    world.end(NGINX, CopyOutcome.COPIED);
    world.passSlowly(Duration.ofDays(2), Duration.ofHours(1));
    assertEquals(Set.of(), world.store.images.keySet());
    assertFalse(world.holds(NGINX));
  }

  @Test
  void othersFinalizersStay() {
    left(NAME, "'example.com/mine', " + ITS + ", 'foregroundDeletion'");
    deleteByHand(NAME);
    assertEquals(List.of("example.com/mine", "foregroundDeletion"), finalizers());
  }

  @Test
  void aUsedImageHasAnotherOneAfterwards() {
    left(NAME, ITS);
    world.use("a", "nginx:1");
    deleteByHand(NAME);
    assertEquals(NGINX, world.only(NGINX).sourceImage());
    assertFalse(world.store.images.get(NAME).getAsJsonObject("metadata").has("finalizers"));
  }

  @Test
  void aDuplicateThatIsDeletedHoldsNobodyUp() {
    world.use("a", "nginx:1");
    world.settle();
    left("zz-docker.io-library-nginx-1", ITS);
    deleteByHand("zz-docker.io-library-nginx-1");
    assertEquals(NAME, world.only(NGINX).name());
  }
}
