package io.kuik.controller.config;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The settings of how long images stay in the cache.
 *
 * @param expiryDelay
 *          how long an image that no pod uses stays; empty: for ever
 * @param refreshTags
 *          tags that move; empty: none
 * @param refreshInterval
 *          how often their registries are asked
 * @param availabilityInterval
 *          how often the registries of used images that don't move are asked if they still have them; empty:
 *          never
 * @param cacheCheckInterval
 *          how often it is checked what the cache holds
 * @param orphanGrace
 *          how long a tag stays that no CachedImage names
 */
public record LifeConfig(Optional<Duration> expiryDelay, Optional<Pattern> refreshTags,
    Duration refreshInterval, Optional<Duration> availabilityInterval, Duration cacheCheckInterval,
    Duration orphanGrace) {

  static LifeConfig of(JsonObject json) {
    return new LifeConfig(duration(json, "expiryDelay", Duration.ofDays(1)), pattern(json),
        interval(json, "refreshInterval"),
        Optional.of(given(json, "availabilityInterval", Duration.ofSeconds(1))).filter(Duration::isPositive),
        interval(json, "cacheCheckInterval"), given(json, "orphanGrace", Duration.ofHours(1)));
  }

  private static Optional<Duration> duration(JsonObject json, String key, Duration unit) {
    return DurationText.parse(key, Json.text(json, key).orElse(""), unit);
  }

  private static Duration given(JsonObject json, String key, Duration unit) {
    return duration(json, key, unit)
        .orElseThrow(() -> new IllegalArgumentException("the configuration lacks \"" + key + "\""));
  }

  private static Duration interval(JsonObject json, String key) {
    return duration(json, key, Duration.ofSeconds(1)).filter(Duration::isPositive)
        .orElseThrow(() -> new IllegalArgumentException("\"" + key + "\" must be longer than nothing"));
  }

  private static Optional<Pattern> pattern(JsonObject json) {
    try {
      return Json.text(json, "refreshTags").filter(t -> !t.isEmpty()).map(Pattern::compile);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "\"refreshTags\" is a regular expression that can't be read: " + e.getMessage(), e);
    }
  }
}
