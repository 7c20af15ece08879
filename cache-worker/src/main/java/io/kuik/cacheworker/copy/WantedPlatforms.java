package io.kuik.cacheworker.copy;

import io.kuik.cacheworker.manifest.Descriptor;
import io.kuik.model.Digest;
import io.kuik.model.Platform;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Which entries of an index are copied. */
public record WantedPlatforms(List<Platform> platforms) {
  /** Copies the list. */
  public WantedPlatforms {
    platforms = List.copyOf(platforms);
  }

  /** Reads {@code linux/amd64,linux/arm64} or {@code all}. */
  public static WantedPlatforms parse(String text) {
    return new WantedPlatforms(Arrays.stream(text.split(",", -1)).map(Platform::parse).toList());
  }

  /** Whether every entry is wanted. */
  public boolean all() {
    return platforms.contains(Platform.ALL);
  }

  /**
   * The manifests for these platforms. For each one it is those that run best there, as a node chooses; with
   * them come the entries that don't say what they are for, because the runtime looks into their
   * configuration.
   */
  Set<Digest> choose(Collection<Descriptor> entries) {
    var chosen = new HashSet<Digest>();
    entries.stream().filter(e -> e.platform().isEmpty()).map(Descriptor::digest).forEach(chosen::add);
    for (Platform wanted : platforms) {
      OptionalInt best = entries.stream().map(e -> distance(wanted, e)).flatMapToInt(OptionalInt::stream)
          .min();
      entries.stream().filter(e -> best.isPresent() && distance(wanted, e).equals(best))
          .map(Descriptor::digest).forEach(chosen::add);
    }
    return chosen;
  }

  private static OptionalInt distance(Platform wanted, Descriptor entry) {
    Optional<Platform> offered = entry.platform();
    return offered.isPresent() ? wanted.distance(offered.get()) : OptionalInt.empty();
  }

  @Override
  public String toString() {
    return String.join(",", platforms.stream().map(Platform::toString).toList());
  }
}
