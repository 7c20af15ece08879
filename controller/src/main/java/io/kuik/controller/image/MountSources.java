package io.kuik.controller.image;

import io.kuik.model.CacheLocation;
import io.kuik.model.ImageReference;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Repositories of the cache that may have some of an image's layers already: a worker mounts those instead of
 * moving them once more.
 */
final class MountSources {
  /** The worker asks each of them for each layer that its own repository lacks. */
  static final int LIMIT = 5;

  private MountSources() {
  }

  /**
   * Those of public images from the same registry: first of the same owner, then what was copied last. A
   * private image's layers never get into a repository that everybody may read.
   */
  static List<String> of(ImageReference image, Collection<CachedImage> images) {
    String own = CacheLocation.of(image).repository();
    String registry = own.substring(0, own.indexOf('/') + 1);
    String owner = registry + image.repository().split("/", 2)[0] + "/";
    // There may be thousands: most are judged by their text alone, and only the chosen ones are parsed.
    return images.stream().filter(i -> i.status().cached() && i.status().open())
        .filter(i -> isElsewhere(i, registry, own))
        .sorted(Comparator.comparing((CachedImage i) -> i.status().location().startsWith(owner))
            .thenComparing(i -> i.status().lastCopy().orElse(Instant.EPOCH)).reversed())
        .flatMap(i -> i.image().stream()).map(i -> CacheLocation.of(i).repository())
        .filter(r -> r.startsWith(registry) && !r.equals(own)).distinct().limit(LIMIT).toList();
  }

  private static boolean isElsewhere(CachedImage image, String registry, String own) {
    String location = image.status().location();
    return location.startsWith(registry) && !location.startsWith(own + ":");
  }
}
