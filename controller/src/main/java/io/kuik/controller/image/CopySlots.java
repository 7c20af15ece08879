package io.kuik.controller.image;

import io.kuik.model.CopyOutcome;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How many copies may run at once, and who is next: an image without a copy before one that has one already,
 * then the registry with the fewest copies under way, then the registry that has waited longest, then the
 * image that came first.
 *
 * <p>
 * A copy from a registry that does not answer takes its slot for many minutes. So a registry of which no
 * answer has come yet leaves one slot to the others, and one that was found not to answer has one slot only.
 */
public final class CopySlots {
  /** A cluster uses a handful of registries; names are users' input, so there is an end to them. */
  private static final int KNOWN = 1000;

  private final int limit;
  private final Map<String, String> held = new HashMap<>();
  private final Map<String, Integer> heldBy = new HashMap<>();
  private final CopyLine waiting = new CopyLine();
  private final CopyLine patient = new CopyLine();
  private final Map<String, Known> known = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
      return size() > KNOWN;
    }
  };
  private final Comparator<String> order = Comparator.<String>comparingInt(this::copies)
      .thenComparingLong(registry -> known(registry).turn);
  private long turns;

  /**
   * What is known of a registry.
   *
   * @param turn
   *          when it was last given a slot
   * @param answers
   *          whether it answered the last copy that asked it; empty if none has ended yet
   */
  private record Known(long turn, Optional<Boolean> answers) {
    static final Known NOTHING = new Known(0, Optional.empty());
  }

  /** At most this many. */
  public CopySlots(int limit) {
    this.limit = limit;
  }

  /** A canonical reference begins with its registry. */
  private static String registry(String image) {
    int slash = image.indexOf('/');
    return slash < 0 ? image : image.substring(0, slash);
  }

  /** Takes a slot for an image, or puts the image in the line. */
  public boolean acquire(String image) {
    return acquire(image, true);
  }

  /** The same; with {@code first} false for an image that has a copy already. */
  public synchronized boolean acquire(String image, boolean first) {
    if (held.containsKey(image)) {
      return true;
    }
    String registry = registry(image);
    (first ? patient : waiting).remove(registry, image);
    (first ? waiting : patient).add(registry, image);
    boolean mine = next().filter(image::equals).isPresent();
    if (mine) {
      take(registry, image);
    }
    return mine;
  }

  private void take(String registry, String image) {
    leaveLines(registry, image);
    if (held.put(image, registry) == null) {
      heldBy.merge(registry, 1, Integer::sum);
      turns++;
      known.put(registry, new Known(turns, known(registry).answers));
    }
  }

  private Known known(String registry) {
    return known.getOrDefault(registry, Known.NOTHING);
  }

  private void leaveLines(String registry, String image) {
    waiting.remove(registry, image);
    patient.remove(registry, image);
  }

  /** Counts a copy that runs already, whatever the limit: it was started before us. */
  public synchronized void hold(String image) {
    take(registry(image), image);
  }

  /** Gives an image's slot or place in the line back; returns who is next, if there is room. */
  public synchronized Optional<String> release(String image) {
    String registry = registry(image);
    if (held.remove(image) != null) {
      heldBy.computeIfPresent(registry, (r, n) -> n > 1 ? n - 1 : null);
    }
    leaveLines(registry, image);
    return next();
  }

  /** Takes note of how a copy ended: what that says of its registry. */
  synchronized void ended(String image, CopyOutcome outcome) {
    Optional<Boolean> answers = switch (outcome) {
      case UPSTREAM_UNAVAILABLE -> Optional.of(false);
      // These say nothing of the registry.
      case CACHE_UNAVAILABLE, STORAGE_FULL, INTERRUPTED, INTERNAL, INVALID -> Optional.empty();
      default -> Optional.of(true);
    };
    String registry = registry(image);
    Known before = known(registry);
    known.put(registry, new Known(before.turn, answers.or(before::answers)));
  }

  /** Who is next in the line, if there is room. */
  public synchronized Optional<String> next() {
    return held.size() >= limit
        ? Optional.empty()
        : waiting.next(order, this::mayTake).or(() -> patient.next(order, this::mayTake));
  }

  private int copies(String registry) {
    return heldBy.getOrDefault(registry, 0);
  }

  private boolean mayTake(String registry) {
    int share = known(registry).answers.map(yes -> yes ? limit : 1).orElse(Math.max(1, limit - 1));
    return copies(registry) < share;
  }

  /**
   * Whether an image that has no copy yet waits for its turn; one whose registry does not answer waits for
   * that.
   */
  public synchronized boolean firstCopiesWait() {
    return waiting.next(order, registry -> known(registry).answers.orElse(true)).isPresent();
  }

  /** The limit. */
  public int limit() {
    return limit;
  }
}
