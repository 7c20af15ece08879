package io.kuik.controller.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Five fields as their users mean them, in Quartz' words and in moments. 25 November 2026 is a Wednesday. */
class ScheduleTest {
  private static final Instant WEDNESDAY = Instant.parse("2026-11-25T10:00:00Z");

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      0 3 * * *       | 0 0 3 * * ?
      */15 * * * *    | 0 0,15,30,45 * * * ?
      5/20 * * * *    | 0 5,25,45 * * * ?
      0 0 * * 0       | 0 0 0 ? * 1
      0 0 * * 7       | 0 0 0 ? * 1
      0 0 * * 1-5     | 0 0 0 ? * 2,3,4,5,6
      0 0 * * 5-7     | 0 0 0 ? * 1,6,7
      0 0 * * sat,SUN | 0 0 0 ? * 1,7
      0 0 * * */2     | 0 0 0 ? * 1,3,5,7
      0 0 1 * *       | 0 0 0 1 * ?
      0 0 ? * ?       | 0 0 0 * * ?
      0 0 */10 * *    | 0 0 0 1,11,21,31 * ?
      0 0 1 jan-mar * | 0 0 0 1 1,2,3 ?
      0 0 1-7 * 1     | 0 0 0 1,2,3,4,5,6,7 * ? + 0 0 0 ? * 2
      0 0 * * 0-6     | 0 0 0 ? * 1,2,3,4,5,6,7
      08 09 * * *     | 0 8 9 * * ?
      0-59 0-23 * * * | 0 * * * * ?
      @hourly         | 0 0 * * * ?
      @daily          | 0 0 0 * * ?
      @midnight       | 0 0 0 * * ?
      @weekly         | 0 0 0 ? * 1
      @monthly        | 0 0 0 1 * ?
      @yearly         | 0 0 0 1 1 ?
      @annually       | 0 0 0 1 1 ?
      """)
  void isTheSameForQuartz(String cron, String quartz) {
    assertEquals(quartz, String.join(" + ", CronSchedule.parse(cron).quartz()));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      0 3 * * *      | 2026-11-26T03:00:00Z 2026-11-27T03:00:00Z
      30 10 * * *    | 2026-11-25T10:30:00Z 2026-11-26T10:30:00Z
      0 10 * * *     | 2026-11-26T10:00:00Z 2026-11-27T10:00:00Z
      0 0 * * 0      | 2026-11-29T00:00:00Z 2026-12-06T00:00:00Z
      0 0 * * 3      | 2026-12-02T00:00:00Z 2026-12-09T00:00:00Z
      @weekly        | 2026-11-29T00:00:00Z 2026-12-06T00:00:00Z
      0 0 1 * 5      | 2026-11-27T00:00:00Z 2026-12-01T00:00:00Z
      0 0 31 * *     | 2026-12-31T00:00:00Z 2027-01-31T00:00:00Z
      0 0 29 2 *     | 2028-02-29T00:00:00Z 2032-02-29T00:00:00Z
      59 23 31 12 *  | 2026-12-31T23:59:00Z 2027-12-31T23:59:00Z
      """)
  void comesAtTheseMomentsOfUtc(String cron, String moments) {
    var found = new ArrayList<String>();
    Instant now = WEDNESDAY;
    for (int i = 0; i < 2; i++) {
      now = Schedule.parse(cron).next(now).orElseThrow();
      found.add(now.toString());
    }
    assertEquals(moments, String.join(" ", found));
  }

  @Test
  void bothKindsOfDaysMeanEitherOfThem() {
    Schedule schedule = Schedule.parse("0 0 13 * 5");
    List<String> found = new ArrayList<>();
    Instant now = Instant.parse("2026-11-01T00:00:00Z");
    for (int i = 0; i < 4; i++) {
      now = schedule.next(now).orElseThrow();
      found.add(now.toString().substring(0, 10));
    }
    assertEquals(List.of("2026-11-06", "2026-11-13", "2026-11-20", "2026-11-27"), found);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
      0 3 * *        | it has 4 fields and must have five
      0 0 3 * * ?    | it has 6 fields and must have five
      60 * * * *     | minute "60" holds 60, but minute goes from 0 to 59
      0 24 * * *     | hour "24" holds 24
      0 0 0 * *      | day of the month "0" holds 0, but day of the month goes from 1 to 31
      0 0 * 13 *     | month "13" holds 13
      0 0 * * 8      | day of the week "8" holds 8, but day of the week goes from 0 to 7
      0 0 * * mo     | day of the week "mo" holds mo
      0 0 * * 5-1    | day of the week "5-1" holds a range that ends before it begins
      */0 * * * *    | minute "*/0" holds a step of 0
      1,,2 * * * *   | minute "1,,2" can't be read
      0 0 L * *      | day of the month "L" holds L
      0 0 * * 5#2    | day of the week "5#2" can't be read
      0 0 30 2 *     | such a day never comes
      @every 1h      | known are @hourly, @daily
      @reboot        | known are @hourly, @daily
      TZ=UTC 0 0 * * * | it has 6 fields and must have five
      """)
  void refusesOthersWithASentence(String cron, String sentence) {
    var e = assertThrows(IllegalArgumentException.class, () -> Schedule.parse(cron));
    assertTrue(String.valueOf(e.getMessage()).startsWith("\"" + cron + "\" is no schedule: "),
        e.getMessage());
    assertTrue(String.valueOf(e.getMessage()).contains(sentence), e.getMessage());
  }

  @Test
  void theAlarmRings() throws InterruptedException {
    var rung = new CountDownLatch(1);
    // The next minute may be a minute away, so Quartz is asked to ring now.
    Alarm alarm = Alarm.set(Schedule.parse("* * * * *"), rung::countDown);
    try {
      alarm.test();
      assertTrue(rung.await(20, TimeUnit.SECONDS));
    } finally {
      alarm.off();
    }
  }
}
