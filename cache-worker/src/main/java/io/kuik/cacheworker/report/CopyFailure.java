package io.kuik.cacheworker.report;

import io.kuik.model.CopyOutcome;
import io.kuik.registry.RegistryException;
import java.time.Duration;
import java.util.Optional;

/** Why the image is not in the cache: an outcome, and one sentence that a user can act on. */
public final class CopyFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final CopyOutcome outcome;

  /** The message says what was tried, on what, and why it failed. */
  public CopyFailure(CopyOutcome outcome, String message) {
    super(message);
    this.outcome = outcome;
  }

  /** The same, with what was behind it. */
  public CopyFailure(CopyOutcome outcome, String message, Throwable cause) {
    super(message, cause);
    this.outcome = outcome;
  }

  /** A failure at the upstream. */
  public static CopyFailure upstream(RegistryException e) {
    return upstream("", e);
  }

  /** A failure at the upstream that was the last of several. */
  public static CopyFailure upstream(RegistryException e, int failures) {
    return upstream("Asked " + failures + " times: ", e);
  }

  /** A failure at the upstream in the course of something. */
  public static CopyFailure upstream(String tried, RegistryException e) {
    String wait = e.retryAfter().map(d -> "; it asks to wait for " + d.toSeconds() + " s").orElse("");
    return new CopyFailure(e.outcome(), tried + e.getMessage() + wait, e);
  }

  /** How long the upstream wants to be left alone, if it said so. */
  public Optional<Duration> retryAfter() {
    return getCause() instanceof RegistryException e ? e.retryAfter() : Optional.empty();
  }

  /** What the copy ends with because of it. */
  public CopyOutcome outcome() {
    return outcome;
  }

  /** The message, and what to do about it. */
  public String advised() {
    return getMessage() + ". " + advice(outcome);
  }

  private static String advice(CopyOutcome outcome) {
    return switch (outcome) {
      case COPIED, ALREADY_CACHED -> "Nothing is to be done.";
      case NOT_FOUND -> "Check the image's name and tag; pods that name it can't be pulled either.";
      case UNAUTHORIZED ->
        "The image is private, or it does not exist. If it is private, give its pods or their ServiceAccount an"
            + " imagePullSecret for its registry that may read it.";
      case FORBIDDEN ->
        "Check that an imagePullSecret of its pods or of their ServiceAccount may read this repository.";
      case UNSUPPORTED -> "The image stays uncached, and nodes pull it from its registry.";
      case REFUSED -> "Check what the registry redirects to; a registry with a plain http token service or"
          + " storage must be named in insecureRegistries.";
      case INVALID -> "Correct the arguments.";
      case CORRUPT -> "The copy is tried again; if it stays so, the source or the cache has damaged data.";
      case RATE_LIMITED ->
        "The copy is tried again later. If it happens often, give the pods an imagePullSecret of an account"
            + " with a larger allowance.";
      case UPSTREAM_UNAVAILABLE ->
        "The copy is tried again; check that the registry can be reached from this namespace (network policies,"
            + " httpsProxy, rootCertificateAuthorities, insecureRegistries).";
      case CACHE_UNAVAILABLE ->
        "The copy is tried again; check the registry's pods in this namespace and their log.";
      case STORAGE_FULL ->
        "Give the registry a larger volume; cached images are served meanwhile.";
      case INTERRUPTED -> "The copy is started again and goes on where it was.";
      case INTERNAL -> "This is a defect: please report it with this log.";
    };
  }
}
