package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import io.kuik.model.PullBudget;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Images whose registry must be left alone wait, and the others don't. */
class PausedRegistryTest {
  private static final String HUB = "docker.io/library/app:";
  private static final String OTHER = "quay.io/a/b:1";

  private final World world = new World(3);

  private void install(int images) {
    for (int i = 1; i <= images; i++) {
      world.use("p" + i, HUB + i);
    }
  }

  private void end(String image, CopyOutcome outcome, long retryAfter, long limit, long remaining) {
    world.end(image, outcome, Samples.report(outcome, image, retryAfter, limit, remaining));
  }

  private String words(String image) {
    return world.only(image).status().condition().orElseThrow().message();
  }

  @Test
  void a429StopsAllCopiesFromThatRegistryAndNoOthers() {
    install(4);
    end(HUB + 1, CopyOutcome.RATE_LIMITED, 300, 0, 0);
    end(HUB + 2, CopyOutcome.COPIED, 0, 0, 0);
    assertEquals(List.of(), world.copying());
    assertEquals("Waiting", world.reason(HUB + 3));
    assertTrue(words(HUB + 3).contains("docker.io is left alone until 2026-01-01T00:05:00Z"), words(HUB + 3));
    world.use("other", OTHER);
    assertEquals(List.of(OTHER), world.copying());
  }

  @Test
  void afterThePauseTheWaitingImagesGoOnInTurn() {
    install(4);
    end(HUB + 1, CopyOutcome.RATE_LIMITED, 300, 0, 0);
    end(HUB + 2, CopyOutcome.COPIED, 0, 0, 0);
    world.pass(Duration.ofSeconds(299));
    assertEquals(List.of(), world.copying());
    world.pass(Duration.ofSeconds(1));
    assertEquals(3, world.copying().size());
    while (!world.copying().isEmpty()) {
      world.end(world.copying().getFirst(), CopyOutcome.COPIED);
    }
    for (int i = 1; i <= 4; i++) {
      assertTrue(world.only(HUB + i).status().cached(), "image " + i);
    }
  }

  @Test
  void theImageThatMetThe429CountsOneAttempt() {
    install(1);
    end(HUB + 1, CopyOutcome.RATE_LIMITED, 300, 0, 0);
    assertEquals(1, world.only(HUB + 1).status().attempts());
    assertEquals(Optional.of(world.now.plusSeconds(300)), world.only(HUB + 1).status().nextAttempt());
  }

  @Test
  void aRegistryWithFewPullsLeftIsLeftToTheWorkloads() {
    install(300);
    end(HUB + 1, CopyOutcome.COPIED, 0, 100, 49);
    end(HUB + 2, CopyOutcome.COPIED, 0, 100, 47);
    assertEquals(List.of(), world.copying());
    assertEquals(2, world.store.started.size());
    assertTrue(words(HUB + 300).contains("50 % are kept for workloads"), words(HUB + 300));
  }

  @Test
  void theRegistryIsAskedBeforeItsCopiesGoOn() {
    install(3);
    end(HUB + 1, CopyOutcome.COPIED, 0, 100, 10);
    end(HUB + 2, CopyOutcome.COPIED, 0, 100, 8);
    world.budget = Optional.of(new PullBudget(100, 20));
    world.pass(Duration.ofMinutes(10));
    assertEquals(List.of(), world.copying());
    world.budget = Optional.of(new PullBudget(100, 60));
    world.pass(Duration.ofMinutes(10));
    assertEquals(List.of(HUB + 3), world.copying());
  }

  @Test
  void aPausedImageKeepsNobodyFromItsSlot() {
    World narrow = new World(1);
    narrow.use("a", HUB + 1);
    narrow.use("b", HUB + 2);
    narrow.use("c", OTHER);
    narrow.end(HUB + 1, CopyOutcome.RATE_LIMITED,
        Samples.report(CopyOutcome.RATE_LIMITED, HUB + 1, 60, 0, 0));
    assertEquals(List.of(OTHER), narrow.copying());
  }
}
