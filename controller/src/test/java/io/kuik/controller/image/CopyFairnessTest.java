package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** That no registry keeps another one's images waiting. */
class CopyFairnessTest {
  private final World world = new World(3);

  private void use(String registry, int images) {
    for (int i = 0; i < images; i++) {
      world.use("p-" + registry + i, registry + "/app:v" + i);
    }
  }

  private long copying(String registry) {
    return world.copying().stream().filter(i -> i.startsWith(registry + "/")).count();
  }

  /** Ends the copy of each image of these registries that is under way; returns which they were. */
  private List<String> endAllBut(String hanging) {
    List<String> ended = world.copying().stream().filter(i -> !i.startsWith(hanging + "/")).toList();
    ended.forEach(i -> world.end(i, CopyOutcome.COPIED));
    return ended;
  }

  @Test
  void fiveImagesOfOneRegistryDoNotWaitForFourHundredOfAnother() {
    use("big.example", 400);
    use("small.example", 5);
    var ended = new ArrayList<String>();
    for (int round = 0; round < 5; round++) {
      ended.addAll(endAllBut("none"));
    }
    assertEquals(5, ended.stream().filter(i -> i.startsWith("small.example")).count(), ended::toString);
    assertTrue(ended.stream().filter(i -> i.startsWith("big.example")).count() >= 8, ended::toString);
    assertEquals(3, world.copying().size());
  }

  @Test
  void aRegistryThatNeverAnswersLeavesSlotsToTheOthers() {
    use("hanging.example", 95);
    assertEquals(2, copying("hanging.example"), "one slot is kept for a registry that answers");
    use("big.example", 40);
    use("small.example", 5);
    int ended = 0;
    for (int round = 0; round < 45; round++) {
      ended += endAllBut("hanging.example").size();
    }
    assertEquals(45, ended);
    assertEquals(2, copying("hanging.example"));
  }

  @Test
  void aRegistryThatWasFoundNotToAnswerHasOneSlot() {
    use("hanging.example", 95);
    List<String> first = world.copying();
    first.forEach(i -> world.end(i, CopyOutcome.UPSTREAM_UNAVAILABLE));
    assertEquals(1, copying("hanging.example"));
    world.end(world.copying().getFirst(), CopyOutcome.NOT_FOUND);
    assertEquals(3, copying("hanging.example"), "it answers again");
  }

  @Test
  void aRegistryThatIsAloneMayHaveAllSlotsOnceItHasAnswered() {
    use("big.example", 40);
    assertEquals(2, copying("big.example"));
    endAllBut("none");
    assertEquals(3, copying("big.example"));
  }

  @Test
  void aBadImageStopsNoOtherOfItsRegistry() {
    use("big.example", 40);
    int cached = 0;
    for (int round = 0; round < 30; round++) {
      for (String image : world.copying()) {
        boolean bad = image.equals("big.example/app:v3");
        world.end(image, bad ? CopyOutcome.CORRUPT : CopyOutcome.COPIED);
        cached += bad ? 0 : 1;
      }
    }
    assertEquals(39, cached);
  }

  @Test
  void whoHasASlotKeepsItWhoeverComes() {
    var slots = new CopySlots(2);
    assertTrue(slots.acquire("a.example/1"));
    assertTrue(slots.acquire("b.example/1"));
    assertFalse(slots.acquire("c.example/1"));
    assertTrue(slots.acquire("a.example/1"));
    assertEquals(Optional.of("c.example/1"), slots.release("b.example/1"));
  }

  @Test
  void whereThereIsOneSlotAnyRegistryMayHaveIt() {
    var slots = new CopySlots(1);
    assertTrue(slots.acquire("a.example/1"));
    assertFalse(slots.acquire("a.example/2"));
    slots.ended("a.example/1", CopyOutcome.UPSTREAM_UNAVAILABLE);
    assertEquals(Optional.of("a.example/2"), slots.release("a.example/1"));
  }

  @Test
  void registriesTakeTurns() {
    var slots = new CopySlots(1);
    List<String> all = List.of("a.example/1", "a.example/2", "a.example/3", "b.example/1", "b.example/2");
    var order = new ArrayList<String>();
    all.forEach(slots::acquire);
    for (Optional<String> next = Optional.of("a.example/1"); next.isPresent();) {
      assertTrue(slots.acquire(next.get()));
      order.add(next.get());
      next = slots.release(next.get());
    }
    assertEquals(List.of("a.example/1", "b.example/1", "a.example/2", "b.example/2", "a.example/3"), order);
  }
}
