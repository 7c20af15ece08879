package io.kuik.proxy.breaker;

import java.time.Instant;

/**
 * How one endpoint is treated, for metrics and for people.
 *
 * @param endpoint
 *          a registry's name
 * @param since
 *          when it was last found well (closed), or began to fail (otherwise)
 * @param lastError
 *          what it last failed with, or empty
 */
public record BreakerState(String endpoint, State state, Instant since, String lastError) {
  /** The three states of a breaker. */
  public enum State {
    /** It is asked. */
    CLOSED,
    /** One request finds out whether it is well again. */
    HALF_OPEN,
    /** It is left alone. */
    OPEN;

    /** The word for metrics. */
    public String word() {
      return switch (this) {
        case CLOSED -> "closed";
        case HALF_OPEN -> "half-open";
        case OPEN -> "open";
      };
    }
  }
}
