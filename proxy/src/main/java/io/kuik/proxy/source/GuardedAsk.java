package io.kuik.proxy.source;

import io.kuik.proxy.breaker.Breaker;
import io.kuik.proxy.breaker.Breaker.Pass;
import io.kuik.proxy.request.SpecError;
import io.kuik.proxy.source.Answer.Health;
import io.kuik.proxy.source.Answer.Unavailable;
import java.time.Duration;
import java.util.function.Supplier;

/** Asks a registry unless its breaker says not to, and tells the breaker how it went. */
final class GuardedAsk {
  private GuardedAsk() {
  }

  static Answer ask(Breaker breaker, Pass pass, Supplier<Answer> registry) {
    if (pass == Pass.LEAVE) {
      var state = breaker.state();
      return new Unavailable(new SpecError(503, "UNAVAILABLE", state.endpoint()
          + " is left alone for some seconds, because it failed: " + state.lastError()), Health.NOT_ASKED);
    }
    long start = System.nanoTime();
    boolean told = false;
    try {
      Answer answer = registry.get();
      told = true;
      if (answer instanceof Unavailable u && u.health() == Health.ILL) {
        breaker.failed(pass, Duration.ofNanos(System.nanoTime() - start), u.error().message());
      } else {
        breaker.answered();
      }
      return answer;
    } finally {
      if (!told) {
        breaker.undecided(pass);
      }
    }
  }
}
