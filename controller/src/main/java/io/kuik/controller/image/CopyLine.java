package io.kuik.controller.image;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Images that wait for a slot, each registry's in a line of its own: what a step costs grows with the number
 * of registries that wait, not with the number of images. Not safe for several threads.
 */
final class CopyLine {
  private final Map<String, LinkedHashSet<String>> images = new LinkedHashMap<>();

  /** Puts an image at the end of its registry's line, unless it stands there already. */
  void add(String registry, String image) {
    images.computeIfAbsent(registry, r -> new LinkedHashSet<>()).add(image);
  }

  void remove(String registry, String image) {
    images.computeIfPresent(registry, (r, line) -> {
      line.remove(image);
      return line.isEmpty() ? null : line;
    });
  }

  /** The first image of the registry that comes first in this order, of those that may have a slot. */
  Optional<String> next(Comparator<String> order, Predicate<String> may) {
    return images.entrySet().stream().filter(line -> may.test(line.getKey()))
        .min(Map.Entry.comparingByKey(order)).map(line -> line.getValue().getFirst());
  }
}
