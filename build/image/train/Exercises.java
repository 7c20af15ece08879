package train;

import java.io.IOException;
import java.security.GeneralSecurityException;

/** Which exercise a component does. */
final class Exercises {
  private Exercises() {
  }

  /** The exercise of a component, by the name of its module. */
  static Exercise of(String component, Surroundings surroundings)
      throws IOException, GeneralSecurityException {
    return switch (component) {
      case "controller" -> new ControllerExercise(surroundings);
      case "cache-worker" -> new CacheWorkerExercise(surroundings);
      case "proxy" -> new ProxyExercise(surroundings);
      case "gc-worker" -> new GcWorkerExercise(surroundings);
      default -> throw new IllegalArgumentException("there is no training for a component " + component);
    };
  }
}
