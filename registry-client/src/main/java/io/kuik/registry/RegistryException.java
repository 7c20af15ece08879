package io.kuik.registry;

import io.kuik.model.CopyOutcome;
import java.time.Duration;
import java.util.Optional;

/** Why a registry did not give what it was asked for. */
public abstract sealed class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final CopyOutcome outcome;

  private RegistryException(CopyOutcome outcome, String message, Throwable cause) {
    super(message, cause);
    this.outcome = outcome;
  }

  private RegistryException(CopyOutcome outcome, String message) {
    super(message);
    this.outcome = outcome;
  }

  /** What a copy from this registry ends with because of it. */
  public CopyOutcome outcome() {
    return outcome;
  }

  /** How long the registry wants to be left alone, if it said so. */
  public Optional<Duration> retryAfter() {
    return Optional.empty();
  }

  /** The registry has no such repository, tag or digest. */
  public static final class NotFound extends RegistryException {
    private static final long serialVersionUID = 1L;

    NotFound(String message) {
      super(CopyOutcome.NOT_FOUND, message);
    }
  }

  /** The registry wants a credential, or another one. */
  public static final class Unauthorized extends RegistryException {
    private static final long serialVersionUID = 1L;

    Unauthorized(String message) {
      super(CopyOutcome.UNAUTHORIZED, message);
    }
  }

  /** The registry knows who asks, and refuses. */
  public static final class Forbidden extends RegistryException {
    private static final long serialVersionUID = 1L;

    Forbidden(String message) {
      super(CopyOutcome.FORBIDDEN, message);
    }
  }

  /** The registry wants to be asked less often. */
  public static final class RateLimited extends RegistryException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Duration> retryAfter;

    private final boolean exhausted;

    RateLimited(String message, Optional<Duration> retryAfter, boolean exhausted) {
      super(CopyOutcome.RATE_LIMITED, message);
      this.exhausted = exhausted;
      this.retryAfter = retryAfter;
    }

    @Override
    public Optional<Duration> retryAfter() {
      return retryAfter;
    }

    /** Whether it is known that no pull is left, so that asking again soon makes no sense. */
    public boolean exhausted() {
      return exhausted;
    }
  }

  /** No answer, or one that says the registry is not well. */
  public static final class Unavailable extends RegistryException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Duration> retryAfter;

    Unavailable(String message, Throwable cause) {
      super(CopyOutcome.UPSTREAM_UNAVAILABLE, message, cause);
      this.retryAfter = Optional.empty();
    }

    Unavailable(String message) {
      this(message, Optional.empty());
    }

    Unavailable(String message, Optional<Duration> retryAfter) {
      super(CopyOutcome.UPSTREAM_UNAVAILABLE, message);
      this.retryAfter = retryAfter;
    }

    @Override
    public Optional<Duration> retryAfter() {
      return retryAfter;
    }
  }

  /** We did not ask, because the address or the realm is not one that we may speak to. */
  public static final class Refused extends RegistryException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(CopyOutcome.REFUSED, message);
    }
  }

  /** An answer that can't be used: too large, of an unknown kind, or nonsense. */
  public static final class Unsupported extends RegistryException {
    private static final long serialVersionUID = 1L;

    Unsupported(String message) {
      super(CopyOutcome.UNSUPPORTED, message);
    }
  }

  /** Bytes that are not those of the digest that was asked for. */
  public static final class Corrupt extends RegistryException {
    private static final long serialVersionUID = 1L;

    /** Names the digest. */
    public Corrupt(String message) {
      super(CopyOutcome.CORRUPT, message);
    }
  }
}
