package io.kuik.controller.cache;

import io.kuik.model.CacheLocation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the tags of the cache that no CachedImage has named for a while: of those that were deleted while
 * no controller lived, of images that moved, and signatures of images that are gone.
 */
public final class OrphanSweep {
  private static final Logger LOG = LoggerFactory.getLogger(OrphanSweep.class);
  /** Deletions are told one by one up to here. */
  private static final int TOLD = 20;

  private final CacheTags tags;
  private final Supplier<Optional<Set<CacheLocation>>> wanted;
  private final OrphanMemory memory;
  private final Duration grace;
  private final IntConsumer deletions;
  private final InstantSource clock;

  /** Where it stands since when a tag has been an orphan, so that a restart changes nothing. */
  public interface OrphanMemory {
    /** What was kept last, by repository and tag. */
    Map<String, Instant> read();

    /** Keeps this instead. */
    void write(Map<String, Instant> orphans);
  }

  /**
   * Wires it.
   *
   * @param wanted
   *          the tags that are needed; empty while that is not known for sure
   * @param deletions
   *          is told how many tags were deleted
   */
  public OrphanSweep(CacheTags tags, Supplier<Optional<Set<CacheLocation>>> wanted, OrphanMemory memory,
      Duration grace, IntConsumer deletions, InstantSource clock) {
    this.tags = tags;
    this.wanted = wanted;
    this.memory = memory;
    this.grace = grace;
    this.deletions = deletions;
    this.clock = clock;
  }

  /** One round over the whole registry; anything that can't be read ends it before anything is deleted. */
  public void sweep() {
    Optional<Set<CacheLocation>> needed = wanted.get();
    if (needed.isEmpty()) {
      LOG.info("no look for orphaned tags: the CachedImages are not known, or there are none");
      return;
    }
    Map<String, Instant> before = memory.read();
    Instant now = clock.instant();
    var orphans = new TreeMap<String, Instant>();
    var due = new LinkedHashSet<CacheLocation>();
    for (CacheLocation orphan : orphans(needed.get())) {
      Instant since = before.getOrDefault(name(orphan), now);
      orphans.put(name(orphan), since);
      if (!now.isBefore(since.plus(grace))) {
        due.add(orphan);
      }
    }
    int deleted = delete(due, orphans);
    if (!orphans.equals(before)) {
      memory.write(orphans);
    }
    deletions.accept(deleted);
    LOG.info("orphaned tags looked for: deleted={} kept={} grace={}", deleted, orphans.size(), grace);
  }

  static String name(CacheLocation location) {
    return location.repository() + ":" + location.tag();
  }

  private Set<CacheLocation> orphans(Set<CacheLocation> needed) {
    Map<String, Set<String>> byRepository = needed.stream().collect(Collectors.groupingBy(
        CacheLocation::repository, Collectors.mapping(CacheLocation::tag, Collectors.toSet())));
    var orphans = new LinkedHashSet<CacheLocation>();
    for (String repository : tags.repositories()) {
      List<String> all = tags.tags(repository);
      Set<String> kept = byRepository.getOrDefault(repository, Set.of());
      Set<String> spared = Referrers.spared(all, kept,
          tag -> tags.content(new CacheLocation(repository, tag)));
      all.stream().filter(t -> !kept.contains(t) && !spared.contains(t))
          .forEach(t -> orphans.add(new CacheLocation(repository, t)));
    }
    return orphans;
  }

  private int delete(Set<CacheLocation> due, Map<String, Instant> orphans) {
    int deleted = 0;
    for (CacheLocation orphan : due) {
      // The look took a while: who came meanwhile counts.
      if (wanted.get().filter(w -> !w.contains(orphan)).isEmpty()) {
        continue;
      }
      if (tags.delete(orphan) && deleted++ < TOLD) {
        LOG.info("orphaned tag deleted: tag={} since={}", name(orphan), orphans.get(name(orphan)));
      }
      orphans.remove(name(orphan));
    }
    return deleted;
  }
}
