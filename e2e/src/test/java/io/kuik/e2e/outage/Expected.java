package io.kuik.e2e.outage;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a client must get, besides an answer that begins in time. */
public sealed interface Expected {
  /** Every byte, in the end. */
  Expected RIGHT = new Right(false);
  /** The same; but the first time the client may be the one who finds the wrong byte. */
  Expected RIGHT_AT_LAST = new Right(true);
  /** No success: a connection that is cut, or an error of the server's side. */
  Expected BROKEN = new Broken();

  /** One of these statuses, with words. */
  static Expected error(int... statuses) {
    return new Refused(Arrays.stream(statuses).boxed().collect(Collectors.toUnmodifiableSet()), false);
  }

  /** 429, with the time that the upstream gave. */
  static Expected tooMany() {
    return new Refused(Set.of(429), true);
  }

  /** What is wrong with what the client got; empty if nothing is. */
  Optional<String> wrongWith(Pulled pulled);

  /** See {@link #RIGHT}. */
  record Right(boolean clientMayFindOut) implements Expected {
    @Override
    public Optional<String> wrongWith(Pulled pulled) {
      if (!pulled.end().equals("ok")) {
        return Optional.of("the right bytes were to come in the end");
      }
      boolean handedOut = pulled.tries().stream().anyMatch(t -> t.end().equals("wrong"));
      return handedOut && !clientMayFindOut
          ? Optional.of("wrong bytes ended as a success")
          : Optional.empty();
    }
  }

  /** See {@link #error} and {@link #tooMany}. */
  record Refused(Set<Integer> statuses, boolean withTime) implements Expected {
    @Override
    public Optional<String> wrongWith(Pulled pulled) {
      if (!pulled.end().equals("status") || !statuses.contains(pulled.status())) {
        return Optional.of("an error was to come, one of " + statuses);
      }
      if (withTime && pulled.retryAfter().isEmpty()) {
        return Optional.of("the time of the upstream's Retry-After is missing");
      }
      return pulled.message().contains("\"errors\"")
          ? Optional.empty()
          : Optional.of("the error has no body of the specification's form");
    }
  }

  /** See {@link #BROKEN}. */
  record Broken() implements Expected {
    @Override
    public Optional<String> wrongWith(Pulled pulled) {
      boolean cut = pulled.end().equals("cut");
      boolean refused = pulled.end().equals("status") && pulled.status() >= 500;
      return cut || refused
          ? Optional.empty()
          : Optional.of("a cut connection or an error was to come, and no success");
    }
  }
}
