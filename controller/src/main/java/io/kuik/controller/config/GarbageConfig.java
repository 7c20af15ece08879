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
 */
public record GarbageConfig(Optional<Schedule> schedule, Optional<String> obstacle) {

  static GarbageConfig of(JsonObject json) {
    try {
      return new GarbageConfig(
          Json.text(json, "garbageCollectionSchedule").filter(t -> !t.isBlank()).map(Schedule::parse),
          Json.text(json, "garbageCollectionObstacle").filter(t -> !t.isEmpty()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"garbageCollectionSchedule\" can't be read: " + e.getMessage(), e);
    }
  }
}
