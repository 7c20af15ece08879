package io.kuik.controller.image;

import io.kuik.controller.image.CachedImage.Condition;
import io.kuik.controller.image.CachedImage.Status;
import io.kuik.controller.image.CachedImage.Stay;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * When an image that no pod uses leaves the cache.
 *
 * @param delay
 *          how long it stays unused; empty: for ever
 */
public record Expiry(Optional<Duration> delay) {
  /** Reason of the condition of an image that is about to leave. */
  static final String REASON = "Expired";
  /**
   * Between the word that an image is not cached any more and the deletion of its tag: a pod that was
   * admitted before the word has come into sight by then, and the tag stays.
   */
  static final Duration FAREWELL = Duration.ofSeconds(15);

  /** What is to be known of its users; {@code left} is when the last of them went, if we saw it go. */
  Stay stay(CachedImage resource, boolean retained, int users, Optional<Instant> left, Instant now) {
    if (users > 0) {
      return Stay.NONE;
    }
    Status status = resource.status();
    // A CachedImage that was made since means that its image is wanted anew.
    Optional<Instant> seen = left.filter(t -> !t.isBefore(resource.stated().created()));
    // Gone while nobody looked: nobody knows when, so it counts from now.
    Optional<Instant> lastUsed = status.usage().count() > 0
        ? seen.or(() -> Optional.of(now))
        : later(status.stay().lastUsed(), seen);
    Instant since = lastUsed.orElse(resource.stated().created());
    return new Stay(lastUsed.map(t -> t.truncatedTo(ChronoUnit.SECONDS)),
        delay.filter(d -> !retained).map(d -> since.plus(d).truncatedTo(ChronoUnit.SECONDS)));
  }

  private static Optional<Instant> later(Optional<Instant> a, Optional<Instant> b) {
    return a.isEmpty() || (b.isPresent() && b.get().isAfter(a.get())) ? b : a;
  }

  /** Whether its time has come. */
  static boolean due(Stay stay, Instant now) {
    return stay.expiresAt().filter(t -> !now.isBefore(t)).isPresent();
  }

  /** Whether it was told that it leaves. */
  static boolean told(Status status) {
    return status.condition().filter(c -> c.reason().equals(REASON)).isPresent();
  }

  /** When its tag may be deleted, once it was told. */
  static Instant end(Status status) {
    return status.condition().map(c -> c.transition().plus(FAREWELL)).orElse(Instant.MAX);
  }

  /** Tells it. */
  static Condition farewell(Status status, Instant now) {
    String words = status.stay().lastUsed().map(t -> "no pod has used the image since " + t)
        .orElse("no pod has ever used the image");
    return new Condition("False", REASON,
        words + ": it leaves the cache (cachedImagesExpiryDelay; spec.retain keeps an image)", now);
  }
}
