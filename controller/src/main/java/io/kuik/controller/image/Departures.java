package io.kuik.controller.image;

import io.kuik.controller.cache.CacheTags;
import io.kuik.controller.ops.ControllerMetrics;
import io.kuik.model.CacheLocation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes the tags of images that have expired, or whose CachedImage somebody deleted. */
public final class Departures {
  private static final Logger LOG = LoggerFactory.getLogger(Departures.class);
  /**
   * After a CachedImage was deleted by hand: it may be replaced, and a pod that was admitted while it was
   * there may be on its way.
   */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ImageStore store;
  private final ImageUsage usage;
  private final CacheTags tags;
  private final ControllerMetrics metrics;
  private final InstantSource clock;
  private final Map<String, Gone> gone = new ConcurrentHashMap<>();

  private record Gone(List<CacheLocation> places, Instant created, Instant seen) {
  }

  /** Wires where tags are deleted, and who may still need them. */
  public Departures(ImageStore store, ImageUsage usage, CacheTags tags, ControllerMetrics metrics,
      InstantSource clock) {
    this.store = store;
    this.usage = usage;
    this.tags = tags;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Takes note of a CachedImage that is gone, or names another image now. Of one that has expired, the tag
   * went before.
   */
  public void noticed(CachedImage before) {
    if (before.image().isEmpty() || (Expiry.told(before.status()) && !before.status().cached())) {
      return;
    }
    gone.put(before.key(), new Gone(before.places(), before.stated().created(), clock.instant()));
  }

  /** An image has a CachedImage. */
  void back(String key) {
    gone.remove(key);
  }

  /**
   * What is left to do about an image that has no CachedImage and no pod; returns when to look again. That
   * the kind of resource went, with all CachedImages, is nobody's wish to lose the cache: then its tags stay,
   * and the sweep for orphans decides once there are CachedImages again.
   */
  Optional<Duration> look(String key) {
    Gone what = gone.get(key);
    if (what == null) {
      return Optional.empty();
    }
    Duration age = Duration.between(what.seen, clock.instant());
    if (age.compareTo(PATIENCE) < 0) {
      return Optional.of(PATIENCE.minus(age));
    }
    boolean meant = store.kindSince().filter(since -> !since.isAfter(what.created)).isPresent();
    if (meant) {
      delete(key, what.places, "Deleted");
    } else {
      LOG.warn("tags kept image={} reason=\"its CachedImage went with the CustomResourceDefinition\"", key);
    }
    gone.remove(key, what);
    return Optional.empty();
  }

  /**
   * Ends an expired image: first the tags, so that a controller that dies in between goes on where it
   * stopped. Returns whether it did: a pod that has come since keeps the image.
   */
  boolean leave(String key, Collection<CachedImage> resources) {
    if (usage.users(key).count() > 0) {
      return false;
    }
    delete(key, resources.stream().flatMap(r -> r.places().stream()).distinct().toList(), "Expired");
    resources.forEach(store::delete);
    LOG.info("cached image expired image={}", key);
    return true;
  }

  private void delete(String key, List<CacheLocation> places, String reason) {
    for (CacheLocation place : places) {
      if (needed(key, place)) {
        LOG.info("tag kept tag={}:{} reason=\"another CachedImage names it\"", place.repository(),
            place.tag());
      } else if (tags.delete(place)) {
        metrics.tagDeleted(reason);
        LOG.info("tag deleted tag={}:{} reason={}", place.repository(), place.tag(), reason);
      }
    }
  }

  /** The same digest with and without a tag before it are two images, with one place in the cache. */
  private boolean needed(String key, CacheLocation place) {
    return store.at(place.open()).stream().anyMatch(i -> !i.key().equals(key));
  }
}
