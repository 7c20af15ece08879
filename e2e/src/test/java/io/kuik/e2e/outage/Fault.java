package io.kuik.e2e.outage;

import io.kuik.e2e.bed.Bed;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A row of the matrix: what is wrong, and what clients must get all the same.
 *
 * @param where
 *          upstream, registry or both
 * @param what
 *          in words
 * @param steps
 *          the test bed's commands that make it so; {@code {cached}}, {@code {latest}} and {@code {uncached}}
 *          stand for the row's repositories, {@code {layer}} for the layers of what is cached, one after the
 *          other
 * @param quick
 *          whether it is one of the few that every test run makes
 * @param uncachedHost
 *          the registry of the uncached image
 */
public record Fault(Where where, String what, List<List<String>> steps, boolean quick, String uncachedHost,
    Map<Column, Expected> expected) {
  /** What is away. */
  public enum Where {
    /** The images' own registry. */
    UPSTREAM,
    /** The cache registry. */
    REGISTRY,
    /** Both of them. */
    BOTH;

    /** How the table calls it. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A fault with the same expectation for what is cached, and others for the rest. */
  static Fault of(Where where, String what, Expected cached, Expected uncached, Expected latest,
      String... commands) {
    var expected = new EnumMap<Column, Expected>(Column.class);
    expected.put(Column.CACHED_TAG, cached);
    expected.put(Column.CACHED_DIGEST, cached);
    expected.put(Column.UNCACHED, uncached);
    expected.put(Column.LATEST, latest);
    List<List<String>> steps = Arrays.stream(commands).map(c -> List.of(c.split(" "))).toList();
    return new Fault(where, what, steps, false, "docker.io", expected);
  }

  /** One that every test run makes. */
  Fault always() {
    return new Fault(where, what, steps, true, uncachedHost, expected);
  }

  /**
   * With an uncached image of a registry whose name no proxy has asked for yet; there need be no such image.
   */
  Fault whoseUncachedImageIsOf(String host) {
    return new Fault(where, what, steps, quick, host, expected);
  }

  /** Makes it so. */
  public void make(RowImages images) {
    List<String> layers = images.toCache().stream().map(RowImages::layer).toList();
    for (List<String> step : steps) {
      if (step.contains("{layer}")) {
        layers.forEach(l -> run(step, images, l));
      } else {
        run(step, images, "");
      }
    }
  }

  private static void run(List<String> step, RowImages images, String layer) {
    String[] words = step.stream().map(w -> w.replace("{cached}", images.cached())
        .replace("{latest}", images.latest()).replace("{uncached}", images.uncached())
        .replace("{layer}", layer)).toArray(String[]::new);
    Bed.run(words[0], Arrays.copyOfRange(words, 1, words.length));
  }

  /** Undoes every fault there is. */
  public static void heal() {
    Bed.run("internet", "heal", "all");
    Bed.run("cache", "heal");
  }
}
