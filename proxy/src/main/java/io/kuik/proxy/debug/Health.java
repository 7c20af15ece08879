package io.kuik.proxy.debug;

import io.kuik.proxy.breaker.BreakerState;
import io.kuik.proxy.ops.LastErrors;
import io.kuik.proxy.ops.LastSuccess;
import io.kuik.proxy.ops.Vitals;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the proxy and its registries are. */
public final class Health {
  private final String version;
  private final Vitals vitals;
  private final LastSuccess successes;
  private final LastErrors errors;
  private final InstantSource clock;
  private final Instant start;

  /** From now on. */
  public Health(String version, Vitals vitals, LastSuccess successes, LastErrors errors,
      InstantSource clock) {
    this.version = version;
    this.vitals = vitals;
    this.successes = successes;
    this.errors = errors;
    this.clock = clock;
    this.start = clock.instant();
  }

  String text() {
    Instant now = clock.instant();
    String sources = List.of("cache", "upstream").stream()
        .map(s -> s + " " + successes.of(s).map(t -> ago(t, now)).orElse("never"))
        .collect(Collectors.joining(", "));
    List<BreakerState> breakers = vitals.breakers().get();
    List<LastErrors.Entry> last = errors.entries();
    return "proxy " + version + ", started " + ago(start, now) + ", " + vitals.inFlight().getAsInt()
        + " requests in flight\nlast success: " + sources + "\n\nregistries"
        + (breakers.isEmpty() ? ": none was asked yet\n" : "\n")
        + breakers.stream().map(b -> breaker(b, now)).collect(Collectors.joining()) + "\nlast errors"
        + (last.isEmpty() ? ": none\n" : "\n")
        + last.stream().map(e -> e.at().truncatedTo(ChronoUnit.MILLIS) + " " + e.line() + "\n")
            .collect(Collectors.joining());
  }

  private static String breaker(BreakerState breaker, Instant now) {
    String how = switch (breaker.state()) {
      case CLOSED -> "asked";
      case HALF_OPEN -> "being tried again";
      case OPEN -> "left alone";
    };
    return String.format("%-30s %-18s since %s%s%n", breaker.endpoint(), how, ago(breaker.since(), now),
        breaker.lastError().isEmpty() ? "" : "; last error: " + breaker.lastError());
  }

  private static String ago(Instant time, Instant now) {
    Duration ago = Duration.between(time, now).truncatedTo(ChronoUnit.SECONDS);
    return (ago.isNegative() ? Duration.ZERO : ago).toString().substring(2).replaceAll("([HM])", "$1 ")
        .toLowerCase(Locale.ROOT).strip() + " ago";
  }
}
