package io.kuik.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a report says of the upstream's limits. */
final class CopyReportTest {
  private static CopyReport report(long retryAfter, long limit, long remaining) {
    return new CopyReport("RateLimited", "docker.io/library/x:1", "", "", 0, 0, retryAfter, limit, remaining,
        "");
  }

  @Test
  void nothingSaidIsNoBudgetAndNoDelay() {
    assertEquals(Optional.empty(), report(0, 0, 0).budget());
    assertEquals(Optional.empty(), report(0, 0, 0).retryAfter());
  }

  @Test
  void anExhaustedBudgetIsABudget() {
    assertEquals(Optional.of(new PullBudget(100, 0)), report(30, 100, 0).budget());
    assertEquals(Optional.of(Duration.ofSeconds(30)), report(30, 100, 0).retryAfter());
  }

  @Test
  void theShareLeftIsMeasuredAgainstTheLimit() {
    assertTrue(new PullBudget(100, 50).hasLeft(0.5));
    assertFalse(new PullBudget(100, 49).hasLeft(0.5));
  }
}
