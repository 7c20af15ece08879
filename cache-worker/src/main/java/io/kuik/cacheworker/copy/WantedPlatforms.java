package io.kuik.cacheworker.copy;

import io.kuik.model.Platform;
import java.util.Arrays;
import java.util.List;

/**
 * Which entries of an index are copied.
 *
 * @param platforms
 *          empty for all
 */
public record WantedPlatforms(List<Platform> platforms) {
  private static final String ALL = "all";

  /** Copies the list. */
  public WantedPlatforms {
    platforms = List.copyOf(platforms);
  }

  /** Reads {@code linux/amd64,linux/arm64} or {@code all}. */
  public static WantedPlatforms parse(String text) {
    if (text.strip().equals(ALL)) {
      return new WantedPlatforms(List.of());
    }
    return new WantedPlatforms(Arrays.stream(text.split(",", -1)).map(Platform::parse).toList());
  }

  /** Whether every entry is wanted. */
  public boolean all() {
    return platforms.isEmpty();
  }

  /** Whether images for this platform are wanted. */
  public boolean include(Platform offered) {
    return all() || platforms.stream().anyMatch(p -> p.covers(offered));
  }

  @Override
  public String toString() {
    return all() ? ALL : String.join(",", platforms.stream().map(Platform::toString).toList());
  }
}
