package io.kuik.controller.healing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.controller.servable.ManualClock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How many pods are healed in a minute. */
class HealingBudgetTest {
  private final ManualClock clock = new ManualClock();
  private final HealingBudget budget = new HealingBudget(60, clock);

  private int taken(String namespace, int tries) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += budget.take(namespace).isEmpty() ? 1 : 0;
    }
    return taken;
  }

  @Test
  void aMinutesWorthAtOnceThenOneAfterTheOther() {
    assertEquals(60, taken("a", 30) + taken("b", 30));
    assertEquals(0, taken("c", 100));
    clock.pass(Duration.ofSeconds(1));
    assertEquals(1, taken("c", 100));
    clock.pass(Duration.ofHours(1));
    assertEquals(60, taken("a", 40) + taken("b", 40));
  }

  @Test
  void oneNamespaceTakesNoMoreThanHalf() {
    assertEquals(30, taken("a", 1000));
    assertEquals(30, taken("b", 1000));
    clock.pass(Duration.ofSeconds(10));
    assertEquals(5, taken("a", 1000));
  }

  @Test
  void whoeverWaitsAsLongAsToldGetsOne() {
    taken("a", 1000);
    Optional<Duration> wait = budget.take("a");
    assertTrue(wait.orElseThrow().isPositive());
    clock.pass(wait.orElseThrow());
    assertEquals(Optional.empty(), budget.take("a"));
  }

  @Test
  void whatWasNotNeededIsGivenBack() {
    taken("a", 1000);
    budget.giveBack("a");
    assertEquals(1, taken("a", 1000));
    budget.giveBack("unknown");
  }
}
