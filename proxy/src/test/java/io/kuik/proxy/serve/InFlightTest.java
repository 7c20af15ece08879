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
}
