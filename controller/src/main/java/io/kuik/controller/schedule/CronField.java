package io.kuik.controller.schedule;

import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One of the five fields of a cron schedule: what it may hold, and which values a text means. */
enum CronField {
  /** Of an hour. */
  MINUTE("minute", 0, 59, ""),
  /** Of a day. */
  HOUR("hour", 0, 23, ""),
  /** Of a month. */
  DAY("day of the month", 1, 31, ""),
  /** Of a year. */
  MONTH("month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
  /** Of a week; Sunday is 0, and 7 as well. */
  WEEKDAY("day of the week", 0, 6, "sun mon tue wed thu fri sat");

  private static final int NAME = 3;
  private static final Pattern ITEM = Pattern
      .compile(
          "(?<all>[*?])(?:/(?<every>\\d{1,3}))?|(?<from>\\w{1,3})(?:-(?<to>\\w{1,3}))?(?:/(?<step>\\d{1,3}))?");

  private final String words;
  private final int min;
  private final int max;
  private final String names;

  CronField(String words, int min, int max, String names) {
    this.words = words;
    this.min = min;
    this.max = max;
    this.names = names;
  }

  /** The values that the field holds. */
  SortedSet<Integer> values(String text) {
    var values = new TreeSet<Integer>();
    for (String item : text.split(",", -1)) {
      Matcher matcher = ITEM.matcher(item);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(words + " \"" + text + "\" can't be read");
      }
      add(values, matcher, text);
    }
    return values;
  }

  /** Whether the field leaves everything open, so that the other of the two fields for days decides alone. */
  static boolean open(String text) {
    return text.equals("*") || text.equals("?") || text.equals("*/1") || text.equals("?/1");
  }

  private void add(SortedSet<Integer> values, Matcher item, String text) {
    boolean all = item.group("all") != null;
    String stepText = all ? item.group("every") : item.group("step");
    int step = stepText == null ? 1 : Integer.parseInt(stepText);
    int from = all ? min : value(item.group("from"), text);
    int to = all || (item.group("to") == null && stepText != null)
        ? max
        : value(item.group("to") == null ? item.group("from") : item.group("to"), text);
    if (step == 0 || from > to) {
      throw new IllegalArgumentException(words + " \"" + text + "\" holds "
          + (step == 0 ? "a step of 0" : "a range that ends before it begins"));
    }
    for (int value = from; value <= to; value += step) {
      values.add(this == WEEKDAY ? value % 7 : value);
    }
  }

  private int value(String word, String text) {
    int named = word.length() == NAME ? names.indexOf(word.toLowerCase(Locale.ROOT)) : -1;
    if (named >= 0 && named % (NAME + 1) == 0) {
      return min + named / (NAME + 1);
    }
    int highest = this == WEEKDAY ? 7 : max;
    int value = word.matches("\\d+") ? Integer.parseInt(word) : -1;
    if (value < min || value > highest) {
      throw new IllegalArgumentException(words + " \"" + text + "\" holds " + word + ", but " + words
          + " goes from " + min + " to " + highest);
    }
    return value;
  }

  /** Whether these are all values that the field may hold. */
  boolean full(SortedSet<Integer> values) {
    return values.size() == max - min + 1;
  }
}
