package io.kuik.controller.arming;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log when rewriting pauses, why, and when it goes on. */
final class Announcement {
  private static final Logger LOG = LoggerFactory.getLogger(Announcement.class);

  private Optional<Obstacle> said = Optional.empty();
  private Optional<Instant> pausedAt = Optional.empty();
  private boolean ever;

  /** Says it, if it is new. */
  void of(Optional<Obstacle> now, Instant at) {
    if (ever && now.equals(said)) {
      return;
    }
    ever = true;
    said = now;
    if (now.isPresent()) {
      pausedAt = pausedAt.or(() -> Optional.of(at));
      LOG.warn("nothing is rewritten: reason={} message=\"{}\"", now.get().reason().word(),
          now.get().message());
      return;
    }
    LOG.info("rewriting is armed: a canary has proven each node that takes pods paused-for={}s",
        pausedAt.map(p -> Duration.between(p, at).toSeconds()).orElse(0L));
    pausedAt = Optional.empty();
  }
}
