package io.kuik.gcworker.cluster;

import java.io.IOException;

/** The API server refused a call. */
public final class KubernetesException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  KubernetesException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** Whether it isn't allowed, or what it names isn't there: if it stays so, trying again is in vain. */
  public boolean refused() {
    return status == 401 || status == 403 || status == 404;
  }
}
