package io.kuik.controller.image;

import io.kuik.controller.image.CachedImage.Condition;
import io.kuik.controller.image.CachedImage.Status;
import java.time.Instant;

/** What the status of an image that has to wait for its copy says; that of a cached one stays. */
final class Waiting {
  private static final String WAITS = "waits to be copied: ";
  private static final String REFUSED = "its Job could not be made, and is tried again: ";

  private Waiting() {
  }

  static Status because(Status status, String why, Instant now) {
    return status.cached()
        ? status
        : status.withCondition(new Condition("False", "Waiting", WAITS + why, now));
  }

  /** It waits for its turn; why its last try came to nothing is the better word, and stays. */
  static Status inLine(Status status, int copies, Instant now) {
    boolean refused = status.condition().filter(c -> c.message().startsWith(WAITS + REFUSED)).isPresent();
    return refused ? status : because(status, copies + " other images are being copied", now);
  }

  /** Its Job, or what belongs to it, could not be made. */
  static Status refused(Status status, RuntimeException why, Instant now) {
    return because(status, REFUSED + why.getMessage(), now);
  }
}
