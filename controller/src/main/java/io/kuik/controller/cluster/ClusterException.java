package io.kuik.controller.cluster;

import java.util.Set;

/** The API server refused, or did not answer. */
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final Set<Integer> PASSING = Set.of(0, 429, 503, 504);

  private final int status;

  ClusterException(String what, int status, String message, Throwable cause) {
    super(what + ": " + (status > 0 ? "HTTP " + status + " " : "") + message, cause);
    this.status = status;
  }

  /** The HTTP status, or 0 if there was no answer. */
  public int status() {
    return status;
  }

  /** Whether it passes by itself; what a quota or a policy says, and a right that we lack, does not. */
  boolean passes() {
    return PASSING.contains(status);
  }
}
