package io.kuik.controller.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.controller.schedule.Schedule;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Garbage is collected when the chart says so; a schedule that nobody can read stops collections only. */
class GarbageConfigTest {
  private static GarbageConfig read(String schedule, String obstacle) {
    var json = new JsonObject();
    json.addProperty("garbageCollectionSchedule", schedule);
    json.addProperty("garbageCollectionObstacle", obstacle);
    return GarbageConfig.of(json);
  }

  @Test
  void aScheduleAndNothingAgainstIt() {
    GarbageConfig config = read("@weekly", "");
    assertEquals(Optional.of("@weekly"), config.schedule().map(Schedule::text));
    assertEquals(Optional.empty(), config.obstacle());
    assertEquals(Optional.empty(), config.mistake());
  }

  @Test
  void noScheduleIsNoMistake() {
    assertEquals(new GarbageConfig(Optional.empty(), Optional.empty(), Optional.empty()), read(" ", ""));
    assertEquals(new GarbageConfig(Optional.empty(), Optional.empty(), Optional.empty()),
        GarbageConfig.of(new JsonObject()));
  }

  @Test
  void theChartsObstacleIsNoMistake() {
    assertEquals(new GarbageConfig(Optional.empty(), Optional.of("no persistence"), Optional.empty()),
        read("", "no persistence"));
  }

  /** A controller that ended instead would be started again and again, and nothing would be cached. */
  @ParameterizedTest
  @ValueSource(strings = {"0 0 30 2 *", "0 0 31 2,4 *", "at night", "0 0 * * * *", "@reboot"})
  void aScheduleThatCannotBeReadIsTheObstacle(String text) {
    GarbageConfig config = read(text, "no persistence");
    assertEquals(Optional.empty(), config.schedule());
    assertEquals(config.mistake(), config.obstacle());
    String mistake = config.mistake().orElseThrow();
    assertTrue(mistake.contains("\"" + text + "\" is no schedule: "), mistake);
    assertTrue(mistake.contains("registry.garbageCollectionSchedule"), mistake);
  }
}
