package io.kuik.controller.config;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import io.kuik.controller.schedule.Schedule;
import java.util.Optional;

/**
 * When garbage is collected.
 *
 * @param schedule
 *          in UTC; none unless somebody asks
 * @param obstacle
 *          why no collection may run in this release, in words for users
 * @param mistake
 *          why the schedule that was given can't be used; an obstacle, too
 */
public record GarbageConfig(Optional<Schedule> schedule, Optional<String> obstacle,
    Optional<String> mistake) {

  /** Never refuses: without collections images are cached all the same, and without a controller none is. */
  static GarbageConfig of(JsonObject json) {
    Optional<String> obstacle = Json.text(json, "garbageCollectionObstacle").filter(t -> !t.isEmpty());
    try {
      return new GarbageConfig(
          Json.text(json, "garbageCollectionSchedule").filter(t -> !t.isBlank()).map(Schedule::parse),
          obstacle, Optional.empty());
    } catch (IllegalArgumentException e) {
      Optional<String> mistake = Optional.of("its schedule can't be read, " + e.getMessage()
          + "; set registry.garbageCollectionSchedule to five fields as in a CronJob, such as \"0 3 * * 0\"");
      return new GarbageConfig(Optional.empty(), mistake, mistake);
    }
  }
}
