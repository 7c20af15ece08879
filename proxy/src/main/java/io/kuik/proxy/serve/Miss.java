package io.kuik.proxy.serve;

import io.kuik.proxy.source.Answer;
import java.util.Locale;

/** Why the cache did not serve a request, in words that metrics can count. */
public enum Miss {
  /** It did, or was not to be asked. */
  NONE,
  /** It has no copy. */
  NOT_CACHED,
  /** Its copy of a tag is older than what the upstream has. */
  MOVED,
  /** It did not answer in time. */
  TIMEOUT,
  /** It answered by an error, or not at all. */
  FAILED,
  /** It wants another password. */
  REFUSED,
  /** It was not asked, because it failed a moment ago. */
  LEFT_ALONE;

  private static final int GATEWAY_TIMEOUT = 504;

  /** The word for logs and metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What an answer of the cache comes to. */
  static Miss of(Answer cached) {
    return switch (cached) {
      case Answer.Found _ -> NONE;
      case Answer.Missing _ -> NOT_CACHED;
      case Answer.Unavailable u -> switch (u.health()) {
        case WELL -> REFUSED;
        case NOT_ASKED -> LEFT_ALONE;
        case ILL -> u.error().status() == GATEWAY_TIMEOUT ? TIMEOUT : FAILED;
      };
    };
  }
}
