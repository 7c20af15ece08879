package io.kuik.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The outcomes must stay tellable from one another, by reason and by exit code. */
class CopyOutcomeTest {
  @Test
  void failuresHaveExitCodesOfTheirOwn() {
    List<CopyOutcome> failures = Arrays.stream(CopyOutcome.values()).filter(o -> !o.cached()).toList();
    assertEquals(failures.size(),
        failures.stream().map(CopyOutcome::exitCode).collect(Collectors.toSet()).size());
    // 1 and 2 are the JVM's and the shell's, 126 and above mean signals.
    assertTrue(failures.stream().allMatch(o -> o.exitCode() >= 10 && o.exitCode() < 126));
  }

  @Test
  void comeBackFromTheirReason() {
    for (CopyOutcome outcome : CopyOutcome.values()) {
      assertEquals(Optional.of(outcome), CopyOutcome.ofReason(outcome.reason()));
    }
    assertEquals(Optional.empty(), CopyOutcome.ofReason("nonsense"));
  }

  @Test
  void onlyFinalAnswersEndAJobAtOnce() {
    assertEquals(List.of(10, 11, 12, 13, 14, 15, 21), CopyOutcome.jobEndingExitCodes());
    assertFalse(CopyOutcome.RATE_LIMITED.terminal());
  }
}
