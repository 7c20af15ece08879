package io.kuik.cacheworker.report;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.event.Level;

/**
 * How the log is written. The level is a system property of slf4j-simple's name, because the chart sets it so
 * for all programs.
 */
public final class LogSettings {
  static final String LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

  private static final int OFF = Level.ERROR.toInt() + 1;
  private static final int SHOWN = level(System.getProperty(LEVEL, "info"));
  private static final AtomicBoolean JSON = new AtomicBoolean();

  private LogSettings() {
  }

  /** Writes one JSON object per line from now on, or lines for people. */
  public static void json(boolean wanted) {
    JSON.set(wanted);
  }

  static int level(String name) {
    try {
      return name.equalsIgnoreCase("off") ? OFF : Level.valueOf(name.toUpperCase(Locale.ROOT)).toInt();
    } catch (IllegalArgumentException unknown) {
      return Level.INFO.toInt();
    }
  }

  static boolean shows(Level level) {
    return level.toInt() >= SHOWN;
  }

  static void write(LogLine line) {
    PrintStream out = System.out;
    out.println(JSON.get() ? line.json() : line.text());
  }
}
