package io.kuik.proxy.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The count of running pulls. */
class InFlightTest {
  @Test
  void isBounded() {
    var inFlight = new InFlight(2);
    assertTrue(inFlight.enter());
    assertTrue(inFlight.enter());
    assertFalse(inFlight.enter());
    assertEquals(2, inFlight.count());
    inFlight.leave();
    assertTrue(inFlight.enter());
  }

  @Test
  void endsWithTheLastOne() throws InterruptedException {
    var inFlight = new InFlight(2);
    assertTrue(inFlight.enter());
    assertFalse(inFlight.drain(Duration.ofMillis(1)));
    assertFalse(inFlight.enter());
    inFlight.leave();
    assertTrue(inFlight.drain(Duration.ofSeconds(1)));
  }

  @Test
  void givesSmallerBuffersToManyPulls() {
    var inFlight = new InFlight(256);
    int few = inFlight.piece();
    for (int i = 0; i < 256; i++) {
      assertTrue(inFlight.enter());
    }
    assertEquals(64 << 10, few);
    assertEquals(16 << 10, inFlight.piece());
  }
}
