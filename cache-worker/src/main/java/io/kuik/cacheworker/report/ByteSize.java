package io.kuik.cacheworker.report;

import java.util.Locale;

/** Numbers of bytes as people read them, in powers of 1000 as registries and disks count. */
public final class ByteSize {
  private static final double KILO = 1e3;
  private static final double MEGA = 1e6;
  private static final double GIGA = 1e9;

  private ByteSize() {
  }

  /** Such as {@code 812B}, {@code 3.1kB}, {@code 187.3MB} or {@code 2.41GB}. */
  public static String text(long bytes) {
    if (bytes < KILO) {
      return bytes + "B";
    }
    if (bytes < MEGA) {
      return String.format(Locale.ROOT, "%.1fkB", bytes / KILO);
    }
    return bytes < GIGA
        ? String.format(Locale.ROOT, "%.1fMB", bytes / MEGA)
        : String.format(Locale.ROOT, "%.2fGB", bytes / GIGA);
  }
}
