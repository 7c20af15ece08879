package io.kuik.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How the copy of an image ended: the one list behind the worker's exit code, the Job's podFailurePolicy, the
 * CachedImage's condition, the Event and the metric label.
 */
public enum CopyOutcome {
  COPIED("Copied", 0, Retry.NONE), ALREADY_CACHED("AlreadyCached", 0, Retry.NONE), NOT_FOUND("NotFound", 10,
      Retry.TERMINAL), UNAUTHORIZED("Unauthorized", 11, Retry.TERMINAL), FORBIDDEN("Forbidden", 12,
          Retry.TERMINAL), UNSUPPORTED("Unsupported", 13, Retry.TERMINAL), REFUSED("Refused", 14,
              Retry.TERMINAL), INVALID("Invalid", 15, Retry.TERMINAL), CORRUPT("Corrupt", 20,
                  Retry.LATER), RATE_LIMITED("RateLimited", 21,
                      Retry.NOT_NOW), UPSTREAM_UNAVAILABLE(
                          "UpstreamUnavailable", 22, Retry.LATER), CACHE_UNAVAILABLE("CacheUnavailable", 23,
                              Retry.LATER), STORAGE_FULL("StorageFull", 24, Retry.LATER), INTERRUPTED(
                                  "Interrupted", 25, Retry.LATER), INTERNAL("InternalError", 26, Retry.LATER);

  private enum Retry {
    NONE, TERMINAL, NOT_NOW, LATER
  }

  private final String reason;
  private final int exitCode;
  private final Retry retry;

  CopyOutcome(String reason, int exitCode, Retry retry) {
    this.reason = reason;
    this.exitCode = exitCode;
    this.retry = retry;
  }

  /** One CamelCase word: condition reason, Event reason and metric label. */
  public String reason() {
    return reason;
  }

  /** Exit code of the worker's process. */
  public int exitCode() {
    return exitCode;
  }

  /** Whether the image is in the cache now. */
  public boolean cached() {
    return retry == Retry.NONE;
  }

  /** Whether trying again soon makes no sense: the upstream said a final word. */
  public boolean terminal() {
    return retry == Retry.TERMINAL;
  }

  /**
   * Whether the Job must not try again by itself: a final word stays the same, and a registry that wants to
   * be left alone is the controller's to wait for.
   */
  public boolean endsJob() {
    return retry == Retry.TERMINAL || retry == Retry.NOT_NOW;
  }

  /** The outcome with this condition reason. */
  public static Optional<CopyOutcome> ofReason(String reason) {
    return Arrays.stream(values()).filter(o -> o.reason.equals(reason)).findFirst();
  }

  /** Exit codes that end a Job at once. */
  public static List<Integer> jobEndingExitCodes() {
    return Arrays.stream(values()).filter(CopyOutcome::endsJob).map(CopyOutcome::exitCode).toList();
  }
}
