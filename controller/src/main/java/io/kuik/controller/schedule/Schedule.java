package io.kuik.controller.schedule;

import java.text.ParseException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import org.quartz.CronExpression;

/** Moments that come again, in UTC. */
public final class Schedule {
  private final CronSchedule cron;
  private final List<CronExpression> expressions;

  private Schedule(CronSchedule cron) {
    this.cron = cron;
    this.expressions = cron.quartz().stream().map(Schedule::expression).toList();
  }

  /** Reads five fields, or a word such as {@code @weekly}. */
  public static Schedule parse(String text) {
    var schedule = new Schedule(CronSchedule.parse(text));
    if (schedule.next(Instant.EPOCH).isEmpty()) {
      throw new IllegalArgumentException("\"" + text + "\" is no schedule: such a day never comes");
    }
    return schedule;
  }

  private static CronExpression expression(String quartz) {
    try {
      var expression = new CronExpression(quartz);
      expression.setTimeZone(TimeZone.getTimeZone(ZoneOffset.UTC));
      return expression;
    } catch (ParseException e) {
      throw new IllegalArgumentException("Quartz doesn't know \"" + quartz + "\": " + e.getMessage(), e);
    }
  }

  /** The first moment after this one. */
  public Optional<Instant> next(Instant after) {
    return expressions.stream().map(e -> Optional.ofNullable(e.getNextValidTimeAfter(Date.from(after))))
        .flatMap(Optional::stream).map(Date::toInstant).min(Instant::compareTo);
  }

  List<CronExpression> expressions() {
    return expressions;
  }

  /** What the user wrote. */
  public String text() {
    return cron.text();
  }
}
