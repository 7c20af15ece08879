package io.kuik.e2e.bed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Locale;

/** A page of the documentation of which a part is written by a run. */
public final class Page {
  private Page() {
  }

  /** Puts the text between the two lines that the page has for it. */
  public static void put(String page, String begin, String end, String text) {
    Path file = Bed.root().resolve(page);
    try {
      String before = Files.readString(file);
      int from = before.indexOf(begin);
      int to = before.indexOf(end);
      if (from < 0 || to < from) {
        throw new AssertionError(file + " has no place between \"" + begin + "\" and \"" + end + "\"");
      }
      Files.writeString(file, before.substring(0, from + begin.length()) + "\n" + text + "\n"
          + before.substring(to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The day and the machine, in a sentence. */
  public static String where() {
    try {
      String processor = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(l -> l.startsWith("model name")).findFirst().map(l -> l.replaceFirst(".*: ", ""))
          .orElse("an unknown processor");
      String memory = Files.readAllLines(Path.of("/proc/meminfo")).getFirst().replaceAll("\\D", "");
      String load = Files.readString(Path.of("/proc/loadavg")).split(" ")[1];
      return String.format(Locale.ROOT,
          "%s, %d x %s, %d GiB, Linux %s; load average of five minutes %s.", LocalDate.now(),
          Runtime.getRuntime().availableProcessors(), processor, Long.parseLong(memory) >> 20,
          System.getProperty("os.version"), load);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
