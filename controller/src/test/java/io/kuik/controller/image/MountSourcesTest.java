package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kuik.controller.image.CachedImage.Status;
import io.kuik.model.CacheLocation;
import io.kuik.model.ImageReference;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Where a new copy may find its layers in the cache. */
class MountSourcesTest {
  private static final ImageReference NGINX = ImageReference.parse("nginx:1");

  private static CachedImage image(String source, long copied, boolean cached, String location) {
    var status = new Status(cached, "", 0, location, "", List.of(), CachedImage.Usage.NONE,
        CachedImage.Stay.NONE,
        CachedImage.Upstream.NONE, 0,
        Optional.empty(), Optional.of(Instant.ofEpochSecond(copied)), "", "", List.of(), Optional.empty());
    return new CachedImage(source, "uid", 1, source, List.of(), CachedImage.Stated.NOTHING, status);
  }

  private static CachedImage cached(String source, long copied) {
    CacheLocation place = CacheLocation.of(ImageReference.parse(source));
    return image(source, copied, true, place.repository() + ":" + place.tag());
  }

  @Test
  void prefersImagesOfTheSameOwnerAndThenTheLatest() {
    assertEquals(List.of("docker.io/library/debian", "docker.io/library/redis", "docker.io/bitnami/nginx"),
        MountSources.of(NGINX, List.of(cached("redis:7", 1), cached("bitnami/nginx:1", 9),
            cached("debian:12", 2), cached("redis:6", 1))));
  }

  @Test
  void leavesOutWhatIsNotThereOrNotOpenOrOfAnotherRegistry() {
    CacheLocation secret = CacheLocation.ofPrivate(ImageReference.parse("secret:1"));
    assertEquals(List.of(),
        MountSources.of(NGINX,
            List.of(image("redis:7", 1, false, ""), image("secret:1", 1, true, secret.repository() + ":1"),
                cached("quay.io/library/debian:12", 1), cached("nginx:2", 1))));
  }

  @Test
  void namesOnlyAFew() {
    List<CachedImage> many = IntStream.range(0, 20).mapToObj(i -> cached("image" + i, i)).toList();
    List<String> found = MountSources.of(NGINX, many);
    assertEquals(MountSources.LIMIT, found.size());
    assertEquals("docker.io/library/image19", found.getFirst());
  }
}
