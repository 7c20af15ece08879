package io.kuik.controller.upstream;

import io.kuik.model.CopyOutcome;
import io.kuik.model.CopyReport;
import io.kuik.model.ImageReference;
import io.kuik.model.PullBudget;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which registries no copy may be started from for now: those that answered 429, and those of whose pulls so
 * few are left that the workloads need them.
 *
 * <p>
 * What it knows is what the workers reported; a new leader begins with nothing and learns it from the first
 * copies.
 */
public final class UpstreamBudgets {
  private static final Logger LOG = LoggerFactory.getLogger(UpstreamBudgets.class);
  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
  private static final Duration SHORTEST = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofHours(6);
  /** Everybody is told when it opens; this is for those who didn't hear it. */
  private static final Duration CLOSED = Duration.ofMinutes(1);
  /** Docker Hub's window of six hours slides: some pulls come back all the time. */
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(10);
  /** As long as it may take to ask a registry and its token service; one asks, and the others wait. */
  private static final Duration ASKING = Duration.ofSeconds(6);
  /** A cluster uses a handful of registries; names are users' input, so there is an end to them. */
  private static final int KNOWN = 1000;

  private final double reserve;
  private final Question question;
  private final InstantSource clock;
  private final Map<String, Upstream> upstreams = new HashMap<>();
  private volatile Supplier<Optional<String>> closed = Optional::empty;

  /** Asks a registry, by a request that it does not count, how many pulls it grants. */
  public interface Question {
    /** One HEAD; empty if the registry does not say, or does not answer. */
    Optional<PullBudget> budget(ImageReference image);
  }

  /** A registry that is left alone, until when, and why in words for its users. */
  public record Pause(Instant until, String why) {
  }

  /**
   * What is known of a registry.
   *
   * @param limited
   *          429 answers in a row
   */
  private record Upstream(Optional<Pause> pause, Optional<PullBudget> budget, int limited) {
    static final Upstream NEW = new Upstream(Optional.empty(), Optional.empty(), 0);

    boolean pausedAt(Instant now) {
      return pauseAt(now).isPresent();
    }

    Optional<Pause> pauseAt(Instant now) {
      return pause.filter(p -> now.isBefore(p.until()));
    }
  }

  /** Keeps this share of every registry's pulls, from 0 to 1, for the workloads. */
  public UpstreamBudgets(double reserve, Question question, InstantSource clock) {
    this.reserve = reserve;
    this.question = question;
    this.clock = clock;
  }

  /** No copy may be started at all while there is a reason, in words for users. */
  public void closedWhile(Supplier<Optional<String>> reason) {
    closed = reason;
  }

  /** Whether a copy of this image has to wait for its registry, or for the cache. */
  public Optional<Pause> pause(ImageReference image) {
    Optional<String> reason = closed.get();
    return reason.isPresent()
        ? reason.map(why -> new Pause(clock.instant().plus(CLOSED), why))
        : upstreamPause(image);
  }

  private Optional<Pause> upstreamPause(ImageReference image) {
    String registry = image.registry();
    Upstream asking;
    synchronized (this) {
      Upstream known = upstreams.getOrDefault(registry, Upstream.NEW);
      Instant now = clock.instant();
      boolean low = known.budget().isPresent() && !known.budget().get().hasLeft(reserve);
      if (known.pausedAt(now) || !low) {
        return known.pauseAt(now);
      }
      // In the same words, or the status of each image that waits would be written for these seconds.
      String why = known.pause().map(Pause::why).orElse(registry + " is asked how many pulls it grants");
      var pause = new Pause(now.plus(ASKING), why);
      asking = new Upstream(Optional.of(pause), known.budget(), known.limited());
      keep(registry, asking);
    }
    // Here, where nobody waits for it who wants to know something else.
    return answered(registry, asking, question.budget(image));
  }

  /** What the registry says now counts, and if it says nothing one copy may find out. */
  private synchronized Optional<Pause> answered(String registry, Upstream asking,
      Optional<PullBudget> answer) {
    Upstream known = upstreams.getOrDefault(registry, Upstream.NEW);
    Instant now = clock.instant();
    // Or else it was learned from a copy meanwhile.
    if (known.equals(asking)) {
      known = afterBudget(registry, new Upstream(Optional.empty(), answer, known.limited()), now);
      keep(registry, known);
    }
    return known.pauseAt(now);
  }

  /** Takes note of how a copy from this registry ended. */
  public synchronized void learn(String registry, CopyOutcome outcome, CopyReport report) {
    Upstream known = upstreams.getOrDefault(registry, Upstream.NEW);
    Instant now = clock.instant();
    Optional<PullBudget> budget = report.budget().or(known::budget);
    Upstream next = new Upstream(known.pause(), budget, outcome.cached() ? 0 : known.limited());
    if (outcome == CopyOutcome.RATE_LIMITED) {
      next = afterRefusal(registry, next, report.retryAfter(), now);
    } else if (report.budget().isPresent() && !known.pausedAt(now)) {
      next = afterBudget(registry, next, now);
    }
    if (!next.equals(Upstream.NEW)) {
      keep(registry, next);
    }
  }

  /** Takes note that a registry answered 429 to a question of ours. */
  public synchronized void limited(String registry, Optional<Duration> retryAfter) {
    Upstream known = upstreams.getOrDefault(registry, Upstream.NEW);
    keep(registry, afterRefusal(registry, known, retryAfter, clock.instant()));
  }

  /** Several copies that end with the same storm are one refusal. */
  private static Upstream afterRefusal(String registry, Upstream known, Optional<Duration> wish,
      Instant now) {
    int limited = known.pausedAt(now) ? Math.max(1, known.limited()) : known.limited() + 1;
    Instant until = now.plus(wish.map(w -> within(SHORTEST, w)).orElseGet(() -> doubled(limited)));
    boolean longer = !known.pausedAt(now) || known.pause().orElseThrow().until().isBefore(until);
    Pause pause = longer
        ? new Pause(until, registry + " is left alone until " + seconds(until)
            + ": it answered that it gets too many requests (429)")
        : known.pause().orElseThrow();
    if (longer) {
      LOG.warn("registry paused registry={} until={} reason=\"too many requests (429)\"", registry, until);
    }
    return new Upstream(Optional.of(pause), known.budget(), limited);
  }

  private Upstream afterBudget(String registry, Upstream known, Instant now) {
    Optional<PullBudget> low = known.budget().filter(b -> !b.hasLeft(reserve));
    if (low.isEmpty()) {
      return new Upstream(Optional.empty(), known.budget(), known.limited());
    }
    Instant until = now.plus(LOOK_AGAIN);
    LOG.warn("registry paused registry={} until={} pulls={}/{} reason=\"workloads need the rest\"", registry,
        until, low.get().remaining(), low.get().limit());
    String why = "%s is left alone until %s: it grants %d more of %d pulls, and %d %% are kept for workloads"
        .formatted(registry, seconds(until), low.get().remaining(), low.get().limit(),
            Math.round(reserve * 100));
    return new Upstream(Optional.of(new Pause(until, why)), known.budget(), known.limited());
  }

  private static Duration doubled(int limited) {
    return within(SHORTEST, FIRST_PAUSE.multipliedBy(1L << Math.min(limited - 1, 20)));
  }

  private static Duration within(Duration shortest, Duration wish) {
    Duration atMost = wish.compareTo(LONGEST) < 0 ? wish : LONGEST;
    return atMost.compareTo(shortest) > 0 ? atMost : shortest;
  }

  private static Instant seconds(Instant time) {
    return Instant.ofEpochSecond(time.getEpochSecond());
  }

  private void keep(String registry, Upstream next) {
    if (upstreams.containsKey(registry) || upstreams.size() < KNOWN) {
      upstreams.put(registry, next);
    }
  }

  /** How many registries are left alone at the moment. */
  public synchronized int paused() {
    Instant now = clock.instant();
    return Math.toIntExact(upstreams.values().stream().filter(u -> u.pausedAt(now)).count());
  }
}
