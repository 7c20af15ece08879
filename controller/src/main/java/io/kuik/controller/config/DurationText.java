package io.kuik.controller.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as users write them: {@code 36h}, {@code 90m}, {@code 1d12h}, or a number of some unit. */
final class DurationText {
  private static final Pattern PART = Pattern.compile("([0-9]{1,9})([dhms])");
  private static final Pattern WHOLE = Pattern.compile("([0-9]{1,9}[dhms])+");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  private DurationText() {
  }

  /** Empty for an empty text; the message of an error names the key. */
  static Optional<Duration> parse(String key, String text, Duration unit) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (NUMBER.matcher(text).matches()) {
      return Optional.of(unit.multipliedBy(Long.parseLong(text)));
    }
    if (!WHOLE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "\"" + key + "\" must be a duration such as 36h, 90m or 1d12h, not \"" + text + "\"");
    }
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      sum = sum.plus(unit(part.group(2)).multipliedBy(Long.parseLong(part.group(1))));
    }
    return Optional.of(sum);
  }

  private static Duration unit(String letter) {
    return switch (letter) {
      case "d" -> Duration.ofDays(1);
      case "h" -> Duration.ofHours(1);
      case "m" -> Duration.ofMinutes(1);
      default -> Duration.ofSeconds(1);
    };
  }
}
