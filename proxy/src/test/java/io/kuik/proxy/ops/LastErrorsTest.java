package io.kuik.proxy.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept for people to read. */
class LastErrorsTest {
  private final LastErrors errors = new LastErrors(() -> Instant.EPOCH);

  private void pull(String name, String miss, int status, String cut) {
    errors.accept(new PullReport("GET", new PullReport.Subject("manifest", "docker.io", name), "cache", miss,
        status, 1, Duration.ZERO, "::1", cut, ""));
  }

  @Test
  void areRequestsThatDidNotGoAsTheyShould() {
    pull("fine", "none", 200, "");
    pull("new", "not_cached", 200, "");
    pull("moved", "moved", 200, "");
    pull("refused", "not_cached", 429, "");
    pull("cut", "none", 200, "source_cut");
    pull("slow", "timeout", 200, "");
    assertEquals(List.of("slow", "cut", "refused"),
        errors.entries().stream().map(e -> e.line().replaceAll(".*image=(\\S+).*", "$1")).toList());
  }

  @Test
  void areNoMoreThanPeopleRead() {
    for (int i = 0; i < 1000; i++) {
      pull("image" + i, "failed", 502, "");
    }
    assertEquals(30, errors.entries().size());
    assertTrue(errors.entries().getFirst().line().contains("image=image999 "));
  }
}
