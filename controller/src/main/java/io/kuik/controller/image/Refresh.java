package io.kuik.controller.image;

import io.kuik.controller.image.CachedImage.Status;
import io.kuik.controller.image.CachedImage.Upstream;
import io.kuik.controller.upstream.UpstreamNews;
import io.kuik.model.ImageReference;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * When an image's registry is asked whether a tag has moved, and what its answer means.
 *
 * @param tags
 *          those that move; empty: none
 * @param interval
 *          between two questions
 */
public record Refresh(Optional<Pattern> tags, Duration interval) {

  /** When the registry is to be asked next; empty: never. What has a digest never changes. */
  Optional<Instant> next(CachedImage resource, Status status) {
    if (requested(resource, status)) {
      return Optional.of(Instant.MIN);
    }
    boolean moves = resource.image().filter(i -> i.digest().isEmpty()).flatMap(ImageReference::tag)
        .filter(t -> tags.filter(p -> p.matcher(t).find()).isPresent()).isPresent();
    return moves
        ? Optional.of(Stream.of(status.upstream().asked(), status.lastCopy()).flatMap(Optional::stream)
            .max(Instant::compareTo).orElse(resource.stated().created()).plus(interval))
        : Optional.empty();
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
