package io.kuik.controller.image;

import io.kuik.controller.image.CachedImage.Condition;
import io.kuik.controller.image.CachedImage.Status;
import io.kuik.controller.image.CachedImage.Upstream;
import io.kuik.controller.pullsecret.LookedAt;
import io.kuik.model.CopyOutcome;
import io.kuik.model.CopyReport;
import io.kuik.model.Platform;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What follows from a copy that has ended. */
record CopyEnd(Status status, String words) {
  private static final Duration FIRST_RETRY = Duration.ofSeconds(30);
  private static final Duration LAST_RETRY = Duration.ofHours(1);
  /** After a final answer of the upstream; somebody may push the image, or open it, some day. */
  private static final Duration TERMINAL_RETRY = Duration.ofHours(6);

  static CopyEnd of(Status status, CopyProgress.Ended ended, Instant now) {
    String words = words(status, ended);
    return new CopyEnd(
        ended.outcome().cached() ? succeeded(status, ended, words, now) : failed(status, ended, words, now),
        words);
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
    Upstream upstream = status.upstream().has(ended.report().digest(), "the registry has the image", now);
    return new Status(true, ended.report().digest(), ended.report().size(), ended.report().location(),
        ended.job().incarnation(), platforms(ended.job().platforms()), status.usage(), status.stay(),
        upstream, 0, Optional.empty(), Optional.of(now), ended.job().uid(), status.jobSecret(),
        status.pullSecrets(), Optional.of(condition.since(status.condition())));
  }

  private static Status failed(Status status, CopyProgress.Ended ended, String words, Instant now) {
    int attempts = status.attempts() + 1;
    var condition = new Condition("False", ended.outcome().reason(), words, now);
    // A Secret may come a moment after the pod that names it.
    boolean isFinal = ended.outcome().terminal() && skipped(status).isEmpty();
    return new Status(status.cached(), status.digest(), status.size(), status.location(),
        status.incarnation(), status.platforms(), status.usage(), status.stay(),
        status.upstream().hasNot(ended.outcome(), words, now), attempts,
        Optional.of(now.plus(isFinal ? TERMINAL_RETRY : delay(ended, attempts))), status.lastCopy(),
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
}
