package io.kuik.model;

import java.time.Duration;
import java.util.Optional;

/**
 * What a worker says at its end, as JSON in its termination message (at most 4096 bytes, the kubelet's
 * limit).
 *
 * @param outcome
 *          a {@link CopyOutcome#reason()}
 * @param image
 *          the canonical reference that was copied
 * @param location
 *          repository and tag in the cache, such as {@code docker.io/library/nginx:latest}; empty if nothing
 *          was stored
 * @param digest
 *          digest of the manifest or index behind the tag; empty if it was never learnt
 * @param size
 *          bytes of all manifests and blobs of the copied platforms
 * @param movedBytes
 *          bytes that this run moved; the rest was there already
 * @param retryAfterSeconds
 *          how long the upstream asked to be left alone; 0 if it did not
 * @param pullLimit
 *          the upstream's last {@code ratelimit-limit}; 0 if it never said one
 * @param pullsRemaining
 *          the upstream's last {@code ratelimit-remaining}; means nothing without a limit
 * @param message
 *          one sentence for the user: what was tried, on what, why it failed, what to do
 */
public record CopyReport(String outcome, String image, String location, String digest, long size,
    long movedBytes, long retryAfterSeconds, long pullLimit, long pullsRemaining, String message) {

  /** The same report with another message. */
  public CopyReport withMessage(String other) {
    return new CopyReport(outcome, image, location, digest, size, movedBytes, retryAfterSeconds, pullLimit,
        pullsRemaining, other);
  }

  /** The same report with what the upstream said of our pulls. */
  public CopyReport withUpstream(Optional<Duration> retryAfter, Optional<PullBudget> budget) {
    // Rounded up: less than was asked for would be too early.
    long seconds = retryAfter.map(d -> d.plusMillis(999).toSeconds()).orElse(0L);
    return new CopyReport(outcome, image, location, digest, size, movedBytes, seconds,
        budget.map(PullBudget::limit).orElse(0L), budget.map(PullBudget::remaining).orElse(0L), message);
  }

  /** How long the upstream asked to be left alone. */
  public Optional<Duration> retryAfter() {
    return retryAfterSeconds <= 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(retryAfterSeconds));
  }

  /** What the upstream said of our pulls. */
  public Optional<PullBudget> budget() {
    return pullLimit <= 0 || pullsRemaining < 0
        ? Optional.empty()
        : Optional.of(new PullBudget(pullLimit, pullsRemaining));
  }
}
