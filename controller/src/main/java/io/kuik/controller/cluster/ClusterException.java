package io.kuik.controller.cluster;

/** The API server refused, or did not answer. */
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  ClusterException(String what, int status, String message, Throwable cause) {
    super(what + ": " + (status > 0 ? "HTTP " + status + " " : "") + message, cause);
    this.status = status;
  }

  /** The HTTP status, or 0 if there was no answer. */
  public int status() {
    return status;
  }
}
