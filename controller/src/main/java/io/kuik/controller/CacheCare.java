package io.kuik.controller;

import io.kuik.controller.cache.CacheCheck;
import io.kuik.controller.cache.CacheTags;
import io.kuik.controller.cache.OrphanSweep;
import io.kuik.controller.config.LifeConfig;
import io.kuik.controller.image.CachedImage;
import io.kuik.model.CacheLocation;
import io.kuik.model.ImageReference;
import io.kuik.model.InvalidReferenceException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks after the cache's content as a whole: that it is what CachedImages say, no less and no more. */
final class CacheCare {
  private final LifeConfig life;
  private final Sight sight;
  private final CacheCheck check;
  private final Runnable lookAtAll;
  private final OrphanSweep sweep;

  /**
   * What is seen of the cluster.
   *
   * @param complete
   *          whether that is all there is
   * @param registry
   *          whether the cache registry is Ready
   * @param beingCopied
   *          the images that a Job copies
   * @param used
   *          the images of pods
   */
  record Sight(BooleanSupplier complete, BooleanSupplier registry, Supplier<List<CachedImage>> images,
      Supplier<List<String>> beingCopied, Supplier<Set<String>> used) {
  }

  /** Who does chores at intervals. */
  interface Chores {
    /** Does it now, and again and again with this pause between. */
    void every(Duration pause, String name, Runnable chore);
  }

  /** {@code lookAtAll} has every image looked at; {@code deleted} is told how many orphans went. */
  CacheCare(LifeConfig life, Sight sight, CacheTags tags, CacheCheck check, Runnable lookAtAll,
      OrphanSweep.OrphanMemory memory, IntConsumer deleted) {
    this.life = life;
    this.sight = sight;
    this.check = check;
    this.lookAtAll = lookAtAll;
    this.sweep = new OrphanSweep(tags, this::wanted, memory, life.orphanGrace(), deleted,
        InstantSource.system());
  }

  /** Begins; the cluster must be known. */
  void start(Chores chores) {
    chores.every(life.cacheCheckInterval(), "cache check", this::check);
    chores.every(life.cacheCheckInterval(), "orphaned tags", this::sweep);
  }

  /**
   * Has everything that is said to be cached looked for in the cache registry; to be called whenever
   * something may have been lost, such as after a garbage collection.
   */
  void check() {
    check.doubt();
    lookAtAll.run();
  }

  private void sweep() {
    if (sight.registry.getAsBoolean()) {
      sweep.sweep();
    }
  }

  /**
   * The tags of all CachedImages, of all that is being copied, and of all images of pods; empty while there
   * are no CachedImages: a cluster that has lost them all must not lose the cache, too.
   */
  private Optional<Set<CacheLocation>> wanted() {
    List<CachedImage> images = sight.images.get();
    if (!sight.complete.getAsBoolean() || images.isEmpty()) {
      return Optional.empty();
    }
    var wanted = new HashSet<CacheLocation>();
    images.stream().map(CachedImage::places).forEach(wanted::addAll);
    Stream.concat(sight.beingCopied.get().stream(), usedWithout(images)).forEach(i -> places(i, wanted));
    return Optional.of(wanted);
  }

  /** Images of pods whose CachedImage is still to come. */
  private Stream<String> usedWithout(Collection<CachedImage> images) {
    Set<String> known = images.stream().map(CachedImage::key).collect(Collectors.toSet());
    return sight.used.get().stream().filter(i -> !known.contains(i));
  }

  private static void places(String reference, Set<CacheLocation> wanted) {
    try {
      ImageReference image = ImageReference.parse(reference);
      wanted.add(CacheLocation.of(image));
      wanted.add(CacheLocation.ofPrivate(image));
    } catch (InvalidReferenceException e) {
      // A Job that somebody made by hand; it copies nothing.
    }
  }
}
