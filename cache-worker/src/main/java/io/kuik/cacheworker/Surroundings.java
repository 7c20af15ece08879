package io.kuik.cacheworker;

import io.kuik.cacheworker.copy.Pause;
import io.kuik.registry.RegistryEndpoint;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * What a run of the worker takes as given; only tests have a reason to change it.
 *
 * @param route
 *          may lead to another address than the upstream's
 * @param pause
 *          waits
 * @param stall
 *          how long the upstream may keep silent
 */
record Surroundings(UnaryOperator<RegistryEndpoint> route, Pause pause, Duration stall) {
  /** Those of a Job. */
  static final Surroundings REAL = new Surroundings(UnaryOperator.identity(), Thread::sleep,
      Duration.ofSeconds(30));

  /** The same with another upstream. */
  Surroundings to(RegistryEndpoint upstream) {
    return new Surroundings(e -> upstream, pause, stall);
  }
}
