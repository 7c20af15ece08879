package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A collection to which something happens, and how long it takes until all is well again. */
final class Disturbed {
  /** From the fault until the registry runs with its replicas and serves what is used. */
  static final Duration LIMIT = Duration.ofSeconds(60);
  /** What pods use all the time. */
  static final List<String> USED = List.of(Garbage.USED, Garbage.ALSO_USED);
  /** To see how much too long it took. */
  private static final Duration BEYOND = Duration.ofSeconds(60);

  private final String what;
  private final String before;
  private long since = System.nanoTime();

  private Disturbed(String what, String before) {
    this.what = what;
    this.before = before;
  }

  /** A collection is asked for. */
  static Disturbed ask(String what) {
    var asked = new Disturbed(what, Garbage.last());
    Garbage.ask();
    return asked;
  }

  /** Now it happens. The last one counts, if there are several; and its beginning, if it lasts. */
  void fault(Runnable fault) {
    since = System.nanoTime();
    fault.run();
  }

  /** Waits until the collection is over, with whatever result. */
  void awaitEnd() {
    Garbage.awaitEnd(before);
  }

  /** Waits until all is well again, which must be in time; returns what became of the collection. */
  JsonObject awaitWell() {
    return awaitWell(LIMIT);
  }

  /** The same with another limit. */
  JsonObject awaitWell(Duration limit) {
    Eventually.holds(what + ": the collection is over, the registry runs and the used images are served",
        limit.plus(BEYOND), () -> Garbage.over(before) && Garbage.registryRuns() && served(),
        Garbage::describe);
    Duration took = Duration.ofNanos(System.nanoTime() - since);
    JsonObject run = Garbage.run().orElseThrow();
    Story.measured(what,
        "registry well again after " + Story.seconds(took) + ", collection " + Kube.text(run, "state"));
    assertTrue(took.compareTo(limit) <= 0,
        () -> what + ": the registry and the used images were well again " + Story.seconds(took)
            + " after the fault, and the limit is " + Story.seconds(limit) + "\n" + run);
    return run;
  }

  /** Whether the cache has all used images; what it has must be right at any time. */
  static boolean served() {
    try {
      boolean all = USED.stream().allMatch(Garbage::serves);
      if (all) {
        USED.forEach(Garbage::assertRight);
      }
      return all;
    } catch (AssertionError e) {
      if (e.getCause() instanceof IOException) {
        // Nobody answers, for the moment.
        return false;
      }
      throw e;
    }
  }
}
