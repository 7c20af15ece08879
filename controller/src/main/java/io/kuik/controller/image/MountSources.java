package io.kuik.controller.image;

import io.kuik.model.CacheLocation;
import io.kuik.model.ImageReference;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Repositories of the cache that may have some of an image's layers already: a worker mounts those instead of
 * moving them once more.
 */
final class MountSources {
  /** The worker asks each of them for each layer that its own repository lacks. */
  static final int LIMIT = 5;

  private MountSources() {
  }

  private record Source(String repository, boolean related, Instant copied) {
  }

  /**
   * Those of public images from the same registry: first of the same owner, then what was copied last. A
   * private image's layers never get into a repository that everybody may read.
   */
  static List<String> of(ImageReference image, Collection<CachedImage> images) {
    return images.stream().filter(i -> i.status().cached() && i.status().open())
        .flatMap(i -> source(image, i).stream())
        .sorted(Comparator.comparing(Source::related).thenComparing(Source::copied).reversed())
        .map(Source::repository).distinct().limit(LIMIT).toList();
  }

  private static Optional<Source> source(ImageReference image, CachedImage other) {
    return other.image()
        .filter(o -> o.registry().equals(image.registry()) && !o.repository().equals(image.repository()))
        .map(o -> new Source(CacheLocation.of(o).repository(), owner(o).equals(owner(image)),
            other.status().lastCopy().orElse(Instant.EPOCH)));
  }

  private static String owner(ImageReference image) {
    return image.repository().split("/", 2)[0];
  }
}
