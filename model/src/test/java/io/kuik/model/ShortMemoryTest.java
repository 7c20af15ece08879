package io.kuik.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is remembered, how long, and how much of it. */
class ShortMemoryTest {
  private Instant now = Instant.EPOCH;

  private final ShortMemory<String, Integer> memory = new ShortMemory<>(2, () -> now);

  @Test
  void believesAnAnswerUntilItsTimeIsOver() {
    memory.keep("a", 1, Duration.ofSeconds(10));
    now = Instant.EPOCH.plusMillis(9_999);
    assertEquals(Optional.of(1), memory.find("a"));
    now = Instant.EPOCH.plusSeconds(10);
    assertEquals(Optional.empty(), memory.find("a"));
  }

  @Test
  void forgetsTheLeastUsedWhenThereAreTooMany() {
    memory.keep("a", 1, Duration.ofSeconds(10));
    memory.keep("b", 2, Duration.ofSeconds(10));
    memory.find("a");
    memory.keep("c", 3, Duration.ofSeconds(10));
    assertEquals(Optional.empty(), memory.find("b"));
    assertEquals(Optional.of(1), memory.find("a"));
  }

  @Test
  void forgetsWhatItIsToldTo() {
    memory.keep("a", 1, Duration.ofSeconds(10));
    memory.forget("a");
    assertEquals(Optional.empty(), memory.find("a"));
  }
}
