package io.kuik.controller.image;

import io.kuik.controller.image.CachedImage.Condition;
import io.kuik.controller.image.CachedImage.Status;
import io.kuik.controller.image.CachedImage.Usage;
import io.kuik.controller.pullsecret.LookedAt;
import io.kuik.controller.pullsecret.ObjectName;
import io.kuik.model.CopyOutcome;
import io.kuik.model.CopyReport;
import io.kuik.model.Platform;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is to be done about one CachedImage; values in, values out.
 *
 * @param status
 *          what its status must be
 * @param copy
 *          whether it should be copied now
 * @param staleJob
 *          the Job of an earlier copy that must go before
 * @param note
 *          what to tell its users
 * @param ended
 *          the outcome that was taken note of
 * @param again
 *          when to look again, at the latest
 */
public record ImagePlan(Status status, boolean copy, Optional<String> staleJob, Optional<Note> note,
    Optional<CopyOutcome> ended, Optional<Duration> again) {
  private static final Duration FIRST_RETRY = Duration.ofSeconds(30);
  private static final Duration LAST_RETRY = Duration.ofHours(1);
  /** After a final answer of the upstream; somebody may push the image, or open it, some day. */
  private static final Duration TERMINAL_RETRY = Duration.ofHours(6);
  /** A registry that has just become Ready may not be behind its Service yet. */
  private static final Duration PRESENCE_RETRY = Duration.ofSeconds(3);
  private static final Duration REGISTRY_RETRY = Duration.ofSeconds(30);

  /** An Event. */
  public record Note(boolean warning, String reason, String message) {
  }

  /**
   * What is known of an image.
   *
   * @param incarnation
   *          UID of the registry's pod; empty while none is Ready
   * @param platforms
   *          for which the image is wanted; empty while no node is known
   * @param pullSecrets
   *          that its users name
   */
  public record Known(CachedImage resource, List<String> pods, CopyProgress progress, Presence presence,
      Optional<String> incarnation, List<Platform> platforms, Set<ObjectName> pullSecrets, Instant now) {
  }

  /** The rules. */
  public static ImagePlan decide(Known known) {
    Status status = known.resource.status().withUsage(Usage.of(known.pods));
    if (known.resource.image().isEmpty()) {
      return idle(status.withCondition(new Condition("False", CopyOutcome.INVALID.reason(),
          "spec.sourceImage is no image reference: correct it", known.now)), Optional.empty());
    }
    return proceed(checked(status, known), known);
  }

  private static ImagePlan proceed(Status status, Known known) {
    return switch (known.progress) {
      case CopyProgress.Running running -> idle(copying(status, running, known.now), Optional.empty());
      case CopyProgress.Ended ended when !ended.job().uid().equals(status.lastJob()) ->
        ended(status, ended, known);
      case CopyProgress.Ended ended -> next(status, Optional.of(ended.job().name()), known);
      case CopyProgress.NoJob none -> next(status, Optional.empty(), known);
    };
  }

  private static Status checked(Status status, Known known) {
    return switch (known.presence) {
      case PRESENT -> status.seenIn(known.incarnation.orElse(""));
      case ABSENT -> status.lost().withCondition(new Condition("False", "Missing",
          "the cache registry no longer holds the image (its volume is not the one it was copied to)",
          known.now));
      case NOT_CHECKED, UNKNOWN -> status;
    };
  }

  private static Status copying(Status status, CopyProgress.Running running, Instant now) {
    if (status.cached()) {
      return status;
    }
    String detail = running.detail().isEmpty() ? "" : " (" + running.detail() + ")";
    return status.withCondition(
        new Condition("False", "Copying", "Job " + running.job().name() + " copies the image" + detail, now));
  }

  /** Takes note of a copy's end, once; the next look decides what follows from it. */
  private static ImagePlan ended(Status status, CopyProgress.Ended ended, Known known) {
    CopyOutcome outcome = ended.outcome();
    String words = words(status, ended);
    Status next = outcome.cached()
        ? succeeded(status, ended, words, known.now)
        : failed(status, ended, words, known.now);
    return new ImagePlan(next, false, Optional.empty(),
        Optional.of(new Note(!outcome.cached(), outcome.reason(), words)),
        Optional.of(outcome),
        Optional.of(Duration.ZERO));
  }

  /** A worker has nothing to add to a success; its users want to know what they have got. */
  private static String words(Status status, CopyProgress.Ended ended) {
    CopyReport report = ended.report();
    if (ended.outcome().terminal() && !skipped(status).isEmpty()) {
      return report.message() + " Pull secrets that were of no use: " + skipped(status);
    }
    return ended.outcome().cached() && report.message().isEmpty()
        ? "%.1f MB for %s, %.1f MB of it moved by Job %s".formatted(report.size() / 1e6,
            ended.job().platforms(), report.movedBytes() / 1e6, ended.job().name())
        : report.message();
  }

  private static String skipped(Status status) {
    return status.pullSecrets().stream().filter(LookedAt::skipped).map(LookedAt::words)
        .collect(Collectors.joining(", "));
  }

  private static Status succeeded(Status status, CopyProgress.Ended ended, String words, Instant now) {
    var condition = new Condition("True", ended.outcome().reason(), words, now);
    List<Platform> platforms = platforms(ended.job().platforms());
    return new Status(true, ended.report().digest(), ended.report().size(), ended.report().location(),
        ended.job().incarnation(),
        platforms, status.usage(), 0, Optional.empty(), Optional.of(now), ended.job().uid(),
        status.jobSecret(), status.pullSecrets(), Optional.of(condition.since(status.condition())));
  }

  private static Status failed(Status status, CopyProgress.Ended ended, String words, Instant now) {
    int attempts = status.attempts() + 1;
    var condition = new Condition("False", ended.outcome().reason(), words, now);
    // A Secret may come a moment after the pod that names it.
    boolean isFinal = ended.outcome().terminal() && skipped(status).isEmpty();
    return new Status(status.cached(), status.digest(), status.size(), status.location(),
        status.incarnation(),
        status.platforms(), status.usage(), attempts,
        Optional.of(now.plus(isFinal ? TERMINAL_RETRY : delay(ended, attempts))),
        status.lastCopy(),
        ended.job().uid(), status.jobSecret(), status.pullSecrets(),
        status.cached() ? status.condition() : Optional.of(condition.since(status.condition())));
  }

  private static Duration delay(CopyProgress.Ended ended, int attempts) {
    if (ended.outcome() == CopyOutcome.RATE_LIMITED) {
      // How long its registry is left alone is decided for all of its images together.
      return ended.report().retryAfter().filter(t -> t.compareTo(TERMINAL_RETRY) < 0).orElse(FIRST_RETRY);
    }
    Duration doubled = FIRST_RETRY.multipliedBy(1L << Math.min(attempts - 1, 20));
    return doubled.compareTo(LAST_RETRY) < 0 ? doubled : LAST_RETRY;
  }

  private static List<Platform> platforms(String list) {
    return list.isEmpty()
        ? List.of()
        : List.of(list.split(",")).stream().map(Platform::parse).toList();
  }

  private static ImagePlan next(Status status, Optional<String> staleJob, Known known) {
    boolean complete = status.platforms().contains(Platform.ALL)
        || status.platforms().containsAll(known.platforms);
    boolean wanted = !status.cached() || !complete;
    if (!wanted) {
      boolean unseen = !known.incarnation.equals(Optional.of(status.incarnation()));
      return idle(settled(status, known.now),
          unseen
              ? Optional.of(known.incarnation.isPresent() ? PRESENCE_RETRY : REGISTRY_RETRY)
              : Optional.empty());
    }
    Optional<Instant> later = unheardOf(status, known)
        ? Optional.empty()
        : status.nextAttempt().filter(known.now::isBefore);
    if (later.isPresent()) {
      return idle(status, later.map(t -> Duration.between(known.now, t)));
    }
    if (known.incarnation.isEmpty() || known.platforms.isEmpty()) {
      String what = known.incarnation.isEmpty() ? "the cache registry is not Ready" : "no node is known yet";
      return idle(waiting(status, what, known.now), Optional.of(REGISTRY_RETRY));
    }
    return new ImagePlan(status, true, staleJob, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Whether somebody has a pull secret that the last try did not take into account. */
  private static boolean unheardOf(Status status, Known known) {
    Set<String> before = status.pullSecrets().stream().map(LookedAt::secret).collect(Collectors.toSet());
    return known.pullSecrets.stream().anyMatch(s -> !before.contains(s.toString()));
  }

  /** A cached image whose condition says otherwise was a duplicate until now. */
  private static Status settled(Status status, Instant now) {
    boolean said = status.condition().filter(c -> c.status().equals("True")).isPresent();
    return said
        ? status
        : status.withCondition(
            new Condition("True", CopyOutcome.ALREADY_CACHED.reason(), "the image is in the cache", now));
  }

  /** The status of an image that has to wait. */
  static Status waiting(Status status, String why, Instant now) {
    return status.cached()
        ? status
        : status.withCondition(new Condition("False", "Waiting", "waits to be copied: " + why, now));
  }

  private static ImagePlan idle(Status status, Optional<Duration> again) {
    return new ImagePlan(status, false, Optional.empty(), Optional.empty(), Optional.empty(), again);
  }
}
