package io.kuik.controller;

import io.kuik.controller.cache.CacheCheck;
import io.kuik.controller.cache.CacheTags;
import io.kuik.controller.cache.OrphanRecord;
import io.kuik.controller.cache.OrphanSweep;
import io.kuik.controller.cluster.Cluster;
import io.kuik.controller.cluster.ImageResources;
import io.kuik.controller.cluster.OwnResources;
import io.kuik.controller.config.ControllerConfig;
import io.kuik.controller.image.CachedImage;
import io.kuik.controller.image.ImageUsage;
import io.kuik.controller.ops.Clockwork;
import io.kuik.controller.ops.ControllerMetrics;
import io.kuik.model.CacheLocation;
import io.kuik.model.ImageReference;
import io.kuik.model.InvalidReferenceException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Looks after the cache's content as a whole: that it is what CachedImages say, no less and no more. */
final class CacheCare {
  private static final String KEY = "orphans.json";

  private final ControllerConfig config;
  private final Cluster cluster;
  private final ImageResources resources;
  private final ImageUsage usage;
  private final CacheCheck check;
  private final Runnable lookAtAll;
  private final OrphanSweep sweep;

  /** {@code lookAtAll} has every image looked at. */
  CacheCare(ControllerConfig config, Cluster cluster, ImageResources resources, ImageUsage usage,
      CacheTags tags, CacheCheck check, Runnable lookAtAll, ControllerMetrics metrics) {
    this.config = config;
    this.cluster = cluster;
    this.resources = resources;
    this.usage = usage;
    this.check = check;
    this.lookAtAll = lookAtAll;
    this.sweep = new OrphanSweep(tags, this::wanted, new Memory(), config.life().orphanGrace(),
        metrics::orphansDeleted, InstantSource.system());
  }

  /** Begins; the cluster must be known. */
  void start(Clockwork chores) {
    chores.every(config.life().cacheCheckInterval(), "cache check", this::check);
    chores.every(config.life().cacheCheckInterval(), "orphaned tags", this::sweep);
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
    if (cluster.registryIncarnation().isPresent()) {
      sweep.sweep();
    }
  }

  /**
   * The tags of all CachedImages, of all that is being copied, and of all images of pods; empty while there
   * are no CachedImages: a cluster that has lost them all must not lose the cache, too.
   */
  private Optional<Set<CacheLocation>> wanted() {
    if (!cluster.leaderSynced() || resources.all().isEmpty()) {
      return Optional.empty();
    }
    var wanted = new HashSet<CacheLocation>();
    resources.all().stream().map(CachedImage::places).forEach(wanted::addAll);
    Stream.concat(resources.beingCopied().stream(), usedWithout()).forEach(i -> places(i, wanted));
    return Optional.of(wanted);
  }

  /** Images of pods whose CachedImage is still to come. */
  private Stream<String> usedWithout() {
    return usage.used().stream().filter(i -> resources.find(i).isEmpty());
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

  private final class Memory implements OrphanSweep.OrphanMemory {
    private String name() {
      return config.fullname() + "-orphans";
    }

    @Override
    public Map<String, Instant> read() {
      return cluster.own().configMap(name()).map(m -> OrphanRecord.read(m.getOrDefault(KEY, "")))
          .orElse(Map.of());
    }

    @Override
    public void write(Map<String, Instant> orphans) {
      OwnResources own = cluster.own();
      own.writeConfigMap(own.manifest(name(),
          config.labels(), config.fullname() + "-registry", Map.of(KEY, OrphanRecord.write(orphans))));
    }
  }
}
