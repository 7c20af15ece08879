package io.kuik.controller.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Objects of one kind by something that some of them have in common: what it costs to find them does not grow
 * with the number of the others.
 *
 * @param <T>
 *          our view of an object
 */
final class Index<T> {
  private final Watched<T> objects;
  private final Function<T, String> key;
  private final Function<T, String> group;
  private final Map<String, Set<String>> keys = new ConcurrentHashMap<>();

  /** The key is the one that the objects are watched by. */
  Index(Watched<T> objects, Function<T, String> key, Function<T, String> group) {
    this.objects = objects;
    this.key = key;
    this.group = group;
    objects.onChange(this::changed);
  }

  /** Never takes away what stays: what can't be found for a moment would be made a second time. */
  private void changed(Optional<T> before, Optional<T> after) {
    after.ifPresent(o -> keys.compute(group.apply(o), (g, known) -> {
      Set<String> more = known == null ? ConcurrentHashMap.newKeySet() : known;
      more.add(key.apply(o));
      return more;
    }));
    before.filter(b -> after.filter(a -> group.apply(a).equals(group.apply(b))).isEmpty())
        .ifPresent(o -> keys.computeIfPresent(group.apply(o), (g, known) -> {
          known.remove(key.apply(o));
          return known.isEmpty() ? null : known;
        }));
  }

  /** The objects of a group, in the order of their keys. */
  List<T> find(String wanted) {
    return keys.getOrDefault(wanted, Set.of()).stream().sorted().map(objects::find).flatMap(Optional::stream)
        .filter(o -> group.apply(o).equals(wanted)).toList();
  }
}
