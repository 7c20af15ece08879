package io.kuik.controller.image;

import io.kuik.controller.image.CachedImage.Status;
import io.kuik.controller.image.CachedImage.Upstream;
import io.kuik.controller.upstream.UpstreamNews;
import io.kuik.model.CopyOutcome;
import io.kuik.model.ImageReference;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * When an image's registry is asked whether a tag has moved, or whether it still has the image, and what its
 * answer means.
 *
 * @param tags
 *          those that move; empty: none
 * @param interval
 *          between two questions
 * @param availability
 *          between two questions whether a used image that doesn't move is still there; empty: never
 */
public record Refresh(Optional<Pattern> tags, Duration interval, Optional<Duration> availability) {
  /** A registry that didn't answer may have been away for a minute: nobody is to be told so for a day. */
  private static final Duration UNANSWERED = Duration.ofHours(1);

  /** When the registry is to be asked next; empty: never. What has a digest never changes. */
  Optional<Instant> next(CachedImage resource, Status status) {
    if (requested(resource, status)) {
      return Optional.of(Instant.MIN);
    }
    return (moves(resource) ? Optional.of(interval) : glances(status))
        .map(t -> Stream.of(status.upstream().asked(), status.lastCopy()).flatMap(Optional::stream)
            .max(Instant::compareTo).orElse(resource.stated().created()).plus(t));
  }

  private boolean moves(CachedImage resource) {
    return resource.image().filter(i -> i.digest().isEmpty()).flatMap(ImageReference::tag)
        .filter(t -> tags.filter(p -> p.matcher(t).find()).isPresent()).isPresent();
  }

  /** Nobody needs to know of an image that nobody uses. */
  private Optional<Duration> glances(Status status) {
    boolean unanswered = status.upstream().condition()
        .filter(c -> c.reason().equals(CopyOutcome.UPSTREAM_UNAVAILABLE.reason())).isPresent();
    return availability.filter(t -> status.usage().count() > 0)
        .map(t -> unanswered && t.compareTo(UNANSWERED) > 0 ? UNANSWERED : t);
  }

  /** Whether the registry is only to be asked if it still has the image. */
  boolean glance(CachedImage resource, Status status) {
    return !requested(resource, status) && !moves(resource);
  }

  /** Whether somebody has asked for a refresh that was not seen to yet. */
  static boolean requested(CachedImage resource, Status status) {
    String request = resource.stated().refresh();
    return !request.isEmpty() && !request.equals(status.upstream().handled());
  }

  /** Takes note of the registry's answer. */
  static Status heard(Status status, UpstreamNews.Answer answer) {
    Upstream asked = status.upstream().at(answer.at().truncatedTo(ChronoUnit.SECONDS));
    Upstream next = switch (answer) {
      case UpstreamNews.Digest d -> asked.has(d.digest(), "the registry has the image", d.at());
      case UpstreamNews.Present p -> asked.there("the registry has the image", p.at());
      case UpstreamNews.Failure f -> asked.hasNot(f.outcome(), f.message(), f.at());
    };
    return answer.request().isEmpty()
        ? status.withUpstream(next)
        : status.withUpstream(next.answered(answer.request())).atOnce();
  }

  /** What its users are told when the answer is another one than before; one Event per change. */
  static Optional<ImagePlan.Note> note(Upstream before, Upstream after) {
    if (before.missing() == after.missing()) {
      return Optional.empty();
    }
    CachedImage.Condition now = after.condition().orElseThrow();
    return Optional.of(after.missing()
        ? new ImagePlan.Note(true, "UpstreamUnavailable", now.reason() + ": " + now.message())
        : new ImagePlan.Note(false, "UpstreamAvailable", now.message()));
  }
}
