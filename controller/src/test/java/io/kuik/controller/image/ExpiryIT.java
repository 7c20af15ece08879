package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.controller.cache.CacheBed;
import io.kuik.model.CacheLocation;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.model.ImageReference;
import io.kuik.registry.RegistrySetup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What expiry leaves in a real registry. */
class ExpiryIT {
  private static final String REPOSITORY = "docker.io/library/nginx";
  private static final Duration DELAY = Duration.ofDays(30);

  @TempDir
  Path folder;
  private final World world = new World(3);
  private CacheBed registry;

  @BeforeEach
  void start() throws IOException {
    registry = new CacheBed(RegistrySetup.in(folder));
    world.tags = registry.tags();
    world.rules = new ImagePlan.Rules(new Expiry(Optional.of(DELAY)), world.rules.refresh());
    world.start();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private Digest cached(String pod, String image) {
    world.use(pod, image);
    Digest digest = registry.push(REPOSITORY, CacheLocation.of(ImageReference.parse(image)).tag(), "same");
    world.end(image, CopyOutcome.COPIED);
    return digest;
  }

  private void expire() {
    world.pass(DELAY);
    world.pass(Expiry.FAREWELL);
  }

  @Test
  void ofTwoImagesOfOneDigestTheOtherIsServedOn() {
    Digest digest = cached("a", "nginx:1");
    cached("b", "nginx:1.27");
    world.unuse("a");
    expire();
    assertEquals(404, registry.status(REPOSITORY, "1"));
    assertEquals(200, registry.status(REPOSITORY, "1.27"));
    assertEquals(200, registry.status(REPOSITORY, digest));
    assertTrue(world.only("nginx:1.27").status().cached());
    assertEquals(1, world.store.images.size());
  }

  @Test
  void anImageThatIsNamedByDigestKeepsItsReservedTag() {
    Digest digest = cached("a", "nginx:1");
    cached("b", "nginx@" + digest);
    world.unuse("a");
    expire();
    assertEquals(200, registry.status(REPOSITORY, digest));
    assertEquals(200, registry.status(REPOSITORY, "kuik." + digest.toString().replace(':', '-')));
    world.unuse("b");
    expire();
    assertEquals(404, registry.status(REPOSITORY, "kuik." + digest.toString().replace(':', '-')));
    assertEquals(0, world.store.images.size());
  }

  @Test
  void anEmptiedRegistryIsNoticed() {
    cached("a", "nginx:1");
    registry.tags().delete(CacheLocation.of(ImageReference.parse("nginx:1")));
    world.pass(Duration.ofSeconds(1));
    world.check.doubt();
    world.lookAtAll();
    assertEquals(List.of("docker.io/library/nginx:1"), world.copying());
  }
}
