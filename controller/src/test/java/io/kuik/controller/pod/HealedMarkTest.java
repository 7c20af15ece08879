package io.kuik.controller.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The annotation that says what was healed. */
class HealedMarkTest {
  private static HealedMark of(String value) {
    return HealedMark.of(Map.of(HealedMark.ANNOTATION, value));
  }

  @Test
  void remembersEachContainerAndEachWay() {
    HealedMark none = HealedMark.of(Map.of());
    assertEquals("", none.text());
    HealedMark there = none.withThere("b").withThere("a");
    assertEquals("a,b", there.text());
    HealedMark back = of(there.text()).withBack("b");
    assertEquals("a,b:back", back.text());
    assertEquals(of("a,b:back"), back);
    assertTrue(back.names("b") && back.names("a"));
    assertFalse(back.there().contains("b") || back.names("c"));
  }

  @Test
  void whateverStandsThereIsKeptAndHarmless() {
    assertEquals(" x y ,a,{}", of(" x y ,,{},").withThere("a").text());
    assertFalse(of(" x y ,:back,{}").names("a"));
  }
}
