package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who may copy, and who is next. */
class CopySlotsTest {
  private final CopySlots slots = new CopySlots(2);

  @Test
  void givesAsManyAsThereAre() {
    assertTrue(slots.acquire("a"));
    assertTrue(slots.acquire("b"));
    assertFalse(slots.acquire("c"));
    assertTrue(slots.acquire("a"));
  }

  @Test
  void whoCameFirstIsNext() {
    slots.acquire("a");
    slots.acquire("b");
    slots.acquire("c");
    slots.acquire("d");
    assertEquals(Optional.of("c"), slots.release("a"));
    assertFalse(slots.acquire("d"));
    assertTrue(slots.acquire("c"));
    assertEquals(Optional.of("d"), slots.release("b"));
  }

  @Test
  void aPlaceInTheLineCanBeGivenBack() {
    slots.acquire("a");
    slots.acquire("b");
    slots.acquire("c");
    slots.acquire("d");
    assertEquals(Optional.empty(), slots.release("c"));
    assertEquals(Optional.of("d"), slots.release("a"));
  }

  @Test
  void whatRunsAlreadyCountsWhateverTheLimit() {
    slots.hold("a");
    slots.hold("b");
    slots.hold("c");
    assertFalse(slots.acquire("d"));
    assertEquals(Optional.empty(), slots.release("a"));
    assertEquals(Optional.of("d"), slots.release("b"));
  }

  @Test
  void releasingWhatHoldsNothingIsHarmless() {
    assertEquals(Optional.empty(), slots.release("nobody"));
    slots.acquire("a");
    slots.acquire("b");
    slots.acquire("c");
    assertEquals(Optional.empty(), slots.release("nobody"));
    assertFalse(slots.acquire("c"));
  }

  @Test
  void whatHasACopyComesAfterAllThatHaveNone() {
    slots.acquire("a");
    slots.acquire("b");
    assertFalse(slots.acquire("refresh", false));
    assertFalse(slots.acquire("c"));
    assertTrue(slots.firstCopiesWait());
    assertEquals(Optional.of("c"), slots.release("a"));
    assertFalse(slots.acquire("refresh", false));
    assertTrue(slots.acquire("c"));
    assertFalse(slots.firstCopiesWait());
    assertEquals(Optional.of("refresh"), slots.release("b"));
    assertTrue(slots.acquire("refresh", false));
  }

  @Test
  void anImageThatLostItsCopyChangesTheLine() {
    slots.acquire("a");
    slots.acquire("b");
    slots.acquire("c", false);
    assertFalse(slots.acquire("c"));
    assertEquals(Optional.of("c"), slots.release("a"));
    assertTrue(slots.acquire("c"));
    assertEquals(Optional.empty(), slots.release("b"));
  }
}
