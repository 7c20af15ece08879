package io.kuik.proxy.breaker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.proxy.breaker.Breaker.Pass;
import io.kuik.proxy.breaker.Breaker.Policy;
import io.kuik.proxy.breaker.BreakerState.State;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When an endpoint is left alone, and when it is asked again. */
class BreakerTest {
  private static final Duration QUICK = Duration.ofMillis(1);
  private static final Duration SLOW = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMillis(1);

  private Instant now = Instant.EPOCH;
  private final Breakers breakers = new Breakers(new Policy(3, Duration.ofSeconds(1), Duration.ofSeconds(5)),
      "", () -> now);
  private final Breaker breaker = breakers.of("quay.io");

  private State state() {
    return breaker.state().state();
  }

  @Test
  void leavesAloneWhatLetOneRequestWait() {
    assertEquals(Pass.ASK, breaker.pass());
    breaker.failed(Pass.ASK, SLOW, "no answer");
    assertEquals(Pass.LEAVE, breaker.pass());
    assertEquals(new BreakerState("quay.io", State.OPEN, now, "no answer"), breaker.state());
  }

  @Test
  void asksOnWhereOthersWereAnsweredMeanwhile() {
    now = now.plusSeconds(10);
    breaker.answered();
    now = now.plusSeconds(1);
    breaker.failed(Pass.ASK, SLOW, "no connection");
    assertEquals(Pass.ASK, breaker.pass());
    now = now.plusSeconds(2);
    breaker.failed(Pass.ASK, SLOW.minusMillis(1), "no connection");
    assertEquals(Pass.LEAVE, breaker.pass());
  }

  @Test
  void forgivesQuickFailuresUntilTheThirdInARow() {
    breaker.failed(Pass.ASK, QUICK, "refused");
    breaker.failed(Pass.ASK, QUICK, "refused");
    breaker.answered();
    breaker.failed(Pass.ASK, QUICK, "refused");
    breaker.failed(Pass.ASK, QUICK, "refused");
    assertEquals(Pass.ASK, breaker.pass());
    breaker.failed(Pass.ASK, QUICK, "refused");
    assertEquals(Pass.LEAVE, breaker.pass());
  }

  @Test
  void letsExactlyOneRequestFindOutWhetherItIsWellAgain() {
    breaker.failed(Pass.ASK, SLOW, "no answer");
    now = now.plusSeconds(4);
    assertEquals(Pass.LEAVE, breaker.pass());
    now = now.plusSeconds(1);
    assertEquals(Pass.PROBE, breaker.pass());
    assertEquals(Pass.LEAVE, breaker.pass());
    assertEquals(State.HALF_OPEN, state());
  }

  @Test
  void isClosedByAProbeThatIsAnswered() {
    breaker.failed(Pass.ASK, SLOW, "no answer");
    now = now.plusSeconds(5);
    assertEquals(Pass.PROBE, breaker.pass());
    breaker.answered();
    assertEquals(State.CLOSED, state());
    assertEquals(Pass.ASK, breaker.pass());
  }

  @Test
  void isOpenedAgainByAProbeThatFails() {
    breaker.failed(Pass.ASK, SLOW, "no answer");
    now = now.plusSeconds(5);
    breaker.failed(breaker.pass(), QUICK, "refused");
    assertEquals(Pass.LEAVE, breaker.pass());
    now = now.plusSeconds(5);
    assertEquals(Pass.PROBE, breaker.pass());
  }

  @Test
  void givesTheProbeToTheNextOneIfItSaidNothing() {
    breaker.failed(Pass.ASK, SLOW, "no answer");
    now = now.plusSeconds(5);
    breaker.undecided(breaker.pass());
    assertEquals(Pass.PROBE, breaker.pass());
  }

  @Test
  void takesASignOfLifeAsAReasonToFindOut() {
    breaker.failed(Pass.ASK, SLOW, "no answer");
    breaker.hint();
    assertEquals(Pass.PROBE, breaker.pass());
  }

  @Test
  void neverFailsAPullThatHasNowhereElseToGoIfAskingCostsNoTime() throws Exception {
    for (int i = 0; i < 3; i++) {
      breaker.failed(Pass.ASK, QUICK, "refused");
    }
    assertEquals(Pass.LEAVE, breaker.pass());
    assertEquals(Pass.ASK, breaker.lastResort(PATIENCE));
    breaker.failed(Pass.ASK, SLOW, "no answer");
    assertEquals(Pass.LEAVE, breaker.lastResort(PATIENCE));
  }

  @Test
  void hasTheOneWithNowhereElseToGoWaitForTheProbe() throws Exception {
    breaker.failed(Pass.ASK, SLOW, "no answer");
    now = now.plusSeconds(5);
    assertEquals(Pass.PROBE, breaker.pass());
    var waiting = new CompletableFuture<Pass>();
    Thread waiter = Thread.ofPlatform().start(() -> {
      try {
        waiting.complete(breaker.lastResort(Duration.ofMinutes(1)));
      } catch (InterruptedException e) {
        waiting.completeExceptionally(e);
      }
    });
    while (waiter.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    breaker.answered();
    assertEquals(Pass.ASK, waiting.get());
  }

  @Test
  void knowsOnlySoManyEndpoints() {
    breaker.failed(Pass.ASK, SLOW, "no answer");
    for (int i = 0; i < 200; i++) {
      breakers.of("host" + i);
    }
    assertEquals(100, breakers.states().size());
    assertTrue(breakers.states().stream().noneMatch(s -> s.endpoint().equals("quay.io")));
  }
}
