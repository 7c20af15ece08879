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

/** Which CachedImage stands for an image: duplicates, corrected ones, and names that collide. */
class ImageIdentityTest {
  private static final String NGINX = "docker.io/library/nginx:1";
  private static final String NAME = "docker.io-library-nginx-1";

  private final World world = new World(3);

  @Test
  void theFirstOfTwoCachedImagesOfAnImageCounts() {
    world.use("a", "nginx:1");
    world.store.put("a-second", "nginx:1");
    world.settle();
    world.end(NGINX, CopyOutcome.COPIED);
    assertTrue(world.store.image("a-second").status().cached());
    assertEquals("Duplicate",
        world.store.image(NAME).status().condition().map(CachedImage.Condition::reason).orElse(""));
    assertEquals(1, world.store.started.size());
  }

  @Test
  void aDuplicateThatIsTheOnlyOneLeftSaysHowItIsAgain() {
    world.use("a", "nginx:1");
    world.end(NGINX, CopyOutcome.COPIED);
    world.store.put("a-second", "nginx:1");
    world.settle();
    world.store.images.remove("a-second");
    world.queue.add(NGINX);
    world.settle();
    CachedImage.Status status = world.only("nginx:1").status();
    assertTrue(status.cached());
    assertEquals(Optional.of("True"), status.condition().map(CachedImage.Condition::status));
  }

  @Test
  void theJobOfADeletedCachedImageSaysNothingAboutItsSuccessor() {
    world.use("a", "nginx:1");
    world.settle();
    world.store.images.remove(NAME);
    world.store.put(NAME, "nginx:1");
    world.end(NGINX, CopyOutcome.COPIED);
    assertFalse(world.only("nginx:1").status().cached());
  }

  @Test
  void aSourceImageThatIsNoneIsSaid() {
    world.store.put("bad", "Not One");
    world.settle();
    assertEquals("Invalid",
        world.store.image("bad").status().condition().map(CachedImage.Condition::reason).orElse(""));
    assertEquals(List.of(), world.store.started);
  }

  @Test
  void aCorrectedSourceImageIsCopiedAtOnce() {
    world.store.put("mine", "nginx:1");
    world.settle();
    world.end(NGINX, CopyOutcome.NOT_FOUND);
    var resource = world.store.images.get("mine");
    resource.getAsJsonObject("spec").addProperty("sourceImage", "redis:1");
    resource.getAsJsonObject("metadata").addProperty("generation", 2);
    world.lookAtAll();
    assertEquals(List.of("docker.io/library/redis:1"), world.copying());
  }

  @Test
  void imagesWhoseNamesWouldBeTheSameGetTheirOwn() {
    world.use("a", "a-b:1", "a_b:1");
    assertEquals(2, world.store.images.size());
    assertEquals(2, world.copying().size());
  }

  @Test
  void aNameThatTheApiServerKnewFirstIsTriedAgain() {
    world.store.unseen.add(NAME);
    world.use("a", "nginx:1");
    assertEquals(Set.of(), world.store.images.keySet());
    world.store.unseen.clear();
    world.store.put(NAME, "other:1");
    world.pass(Duration.ofSeconds(1));
    assertTrue(world.only("nginx:1").name().startsWith(NAME + "-"));
  }
}
