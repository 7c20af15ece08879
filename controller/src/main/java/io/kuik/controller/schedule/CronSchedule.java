package io.kuik.controller.schedule;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.Collectors;

/**
 * A schedule of five fields, as Kubernetes' CronJobs read it, and what Quartz calls the same: Quartz has a
 * field for seconds, counts days of the week from 1, and can't say "on these days of the month, and on those
 * of the week".
 *
 * @param text
 *          what the user wrote
 * @param anyDay
 *          whether the day of the month is left open
 * @param anyWeekday
 *          whether the day of the week is
 */
record CronSchedule(String text, SortedSet<Integer> minutes, SortedSet<Integer> hours,
    SortedSet<Integer> days,
    SortedSet<Integer> months, SortedSet<Integer> weekdays, boolean anyDay, boolean anyWeekday) {
  private static final Map<String, String> MACROS = Map.of("@yearly", "0 0 1 1 *", "@annually", "0 0 1 1 *",
      "@monthly", "0 0 1 * *", "@weekly", "0 0 * * 0", "@daily", "0 0 * * *", "@midnight", "0 0 * * *",
      "@hourly",
      "0 * * * *");
  private static final int FIELDS = 5;

  /** Reads a schedule; the message of an error says what is wrong with it. */
  static CronSchedule parse(String text) {
    try {
      return fields(text, MACROS.getOrDefault(text.strip(), text.strip()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"" + text + "\" is no schedule: " + e.getMessage(), e);
    }
  }

  private static CronSchedule fields(String text, String plain) {
    if (plain.startsWith("@")) {
      throw new IllegalArgumentException(
          "known are @hourly, @daily, @midnight, @weekly, @monthly, @yearly and @annually");
    }
    String[] fields = plain.split("\\s+", -1);
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException("it has " + fields.length
          + " fields and must have five: minute, hour, day of the month, month, day of the week");
    }
    return new CronSchedule(text, CronField.MINUTE.values(fields[0]), CronField.HOUR.values(fields[1]),
        CronField.DAY.values(fields[2]), CronField.MONTH.values(fields[3]),
        CronField.WEEKDAY.values(fields[4]),
        CronField.open(fields[2]), CronField.open(fields[4]));
  }

  /**
   * The same for Quartz; two when both kinds of days are given, because cron then means either of them.
   */
  List<String> quartz() {
    String byDay = expression(anyDay ? "*" : list(CronField.DAY, days), "?");
    String byWeekday = expression("?", weekdays.stream().map(d -> String.valueOf(d + 1))
        .collect(Collectors.joining(",")));
    if (anyWeekday) {
      return List.of(byDay);
    }
    return anyDay ? List.of(byWeekday) : List.of(byDay, byWeekday);
  }

  private String expression(String day, String weekday) {
    return String.join(" ", "0", list(CronField.MINUTE, minutes), list(CronField.HOUR, hours), day,
        list(CronField.MONTH, months), weekday);
  }

  private static String list(CronField field, SortedSet<Integer> values) {
    return field.full(values)
        ? "*"
        : values.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
