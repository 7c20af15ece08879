package train;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What one component needs to run, and what it is made to do, so that its AOT cache knows the code it uses.
 */
interface Exercise {
  /** The component's command line. */
  List<String> arguments();

  /** The component's environment. */
  default Map<String, String> environment() {
    return Map.of();
  }

  /** Whether the component runs until it is told to stop. */
  default boolean runsForEver() {
    return false;
  }

  /** Uses the running component; throws if it does not behave. */
  default void use() throws IOException, InterruptedException {
  }

  /** Called when the component has ended; throws if it did not do its work. */
  default void verify() throws IOException {
  }
}
