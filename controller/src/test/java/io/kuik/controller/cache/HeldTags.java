package io.kuik.controller.cache;

import io.kuik.model.CacheLocation;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A cache registry in memory that has one content under all of its tags. */
public class HeldTags implements CacheTags {
  public final Set<CacheLocation> held = new HashSet<>();

  @Override
  public Presence presence(CacheLocation location) {
    return held.contains(location) ? Presence.PRESENT : Presence.ABSENT;
  }

  @Override
  public boolean delete(CacheLocation location) {
    return held.remove(location);
  }

  @Override
  public List<String> repositories() {
    return held.stream().map(CacheLocation::repository).distinct().toList();
  }

  @Override
  public List<String> tags(String repository) {
    return held.stream().filter(l -> l.repository().equals(repository)).map(CacheLocation::tag).toList();
  }

  @Override
  public Optional<Content> content(CacheLocation location) {
    return Optional.of(new Content("sha256:" + "a".repeat(64), List.of()));
  }
}
