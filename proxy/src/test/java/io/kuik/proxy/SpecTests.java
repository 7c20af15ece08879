package io.kuik.proxy;

import io.kuik.proxy.SpecBed.From;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** What the checks of the spec's sections have in common: both beds, started once for each section. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SpecTests {
  private Map<From, SpecBed> beds = Map.of();

  @BeforeAll
  void start() throws IOException, InterruptedException {
    Assumptions.assumeTrue(System.getenv(SpecBed.REAL) != null, SpecBed.REAL + " names no registry");
    beds = SpecBed.both();
  }

  @AfterAll
  void stop() throws IOException {
    for (SpecBed bed : beds.values()) {
      bed.close();
    }
  }

  SpecBed bed(From from) {
    return Objects.requireNonNull(beds.get(from));
  }
}
