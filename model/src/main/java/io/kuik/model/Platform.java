package io.kuik.model;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An operating system and CPU as an image index names them, such as {@code linux/arm64/v8} or
 * {@code windows(10.0.20348)/amd64}.
 *
 * @param osVersion
 *          for Windows, whose containers run on a host of the same build only
 */
public record Platform(String os, Optional<String> osVersion, String architecture, Optional<String> variant) {
  /** Stands for every platform there is; written {@code all}. */
  public static final Platform ALL = new Platform("all", Optional.empty(), "all", Optional.empty());

  private static final Pattern TEXT = Pattern
      .compile("([^/()]+)(?:\\(([^/()]+)\\))?/([^/()]+)(?:/([^/()]+))?");
  private static final Pattern LEVEL = Pattern.compile("v?([0-9]{1,3})(?:\\.([0-9]{1,2}))?");
  private static final Pattern BUILD = Pattern.compile("([0-9]+\\.[0-9]+\\.[0-9]+)(?:\\.[0-9]+)*");
  private static final int LEVELS = 100;
  /** What an older CPU's images are behind every variant of the CPU's own. */
  private static final int OTHER_ARCHITECTURE = LEVELS * 1000;
  /** What another build of Windows is behind everything of the right one: it may not run at all. */
  private static final int OTHER_BUILD = OTHER_ARCHITECTURE * 2;

  /** Checks that no part is empty, and settles on one spelling. */
  public Platform {
    if (os.isEmpty() || architecture.isEmpty()) {
      throw new IllegalArgumentException(
          "a platform needs an operating system and an architecture, such as linux/amd64");
    }
    // The image spec's default: every arm64 image is v8, said or not; so does containerd for amd64 and v1.
    boolean usual = switch (architecture) {
      case "arm64" -> variant.equals(Optional.of("v8"));
      case "amd64" -> variant.equals(Optional.of("v1"));
      default -> false;
    };
    if (usual) {
      variant = Optional.empty();
    }
  }

  /** A platform of any version of the operating system. */
  public Platform(String os, String architecture, Optional<String> variant) {
    this(os, Optional.empty(), architecture, variant);
  }

  /** Reads {@code os[(version)]/architecture[/variant]} or {@code all}. */
  public static Platform parse(String text) {
    if (text.strip().equals(ALL.toString())) {
      return ALL;
    }
    Matcher parts = TEXT.matcher(text.strip());
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "platform \"" + text
              + "\" must look like linux/amd64, linux/arm/v7, windows(10.0.20348)/amd64 or all");
    }
    return new Platform(parts.group(1), Optional.ofNullable(parts.group(2)), parts.group(3),
        Optional.ofNullable(parts.group(4)));
  }

  /**
   * How far an image for another platform is from the one that runs best here: 0 is the best there can be,
   * and empty means that it does not run here. Where an index offers several, a runtime takes the nearest.
   *
   * <p>
   * A platform without variant stands for CPUs that nobody asked for their variant, so that every variant is
   * as good.
   */
  public OptionalInt distance(Platform offered) {
    if (equals(ALL)) {
      return OptionalInt.of(0);
    }
    if (!os.equals(offered.os)) {
      return OptionalInt.empty();
    }
    OptionalInt cpu = architecture.equals(offered.architecture) ? sameCpu(offered) : olderCpu(offered);
    return cpu.isPresent() && !sameBuild(offered) ? OptionalInt.of(cpu.getAsInt() + OTHER_BUILD) : cpu;
  }

  private OptionalInt sameCpu(Platform offered) {
    if (variant.isEmpty() || effective(variant).equals(offered.effective(offered.variant))) {
      return OptionalInt.of(0);
    }
    OptionalInt mine = level(effective(variant));
    OptionalInt theirs = level(offered.effective(offered.variant));
    boolean runs = mine.isPresent() && theirs.isPresent() && theirs.getAsInt() <= mine.getAsInt();
    return runs ? OptionalInt.of(mine.getAsInt() - theirs.getAsInt()) : OptionalInt.empty();
  }

  /** containerd falls back to 32 bits in the same way. */
  private OptionalInt olderCpu(Platform offered) {
    if (architecture.equals("amd64") && offered.architecture.equals("386")) {
      return OptionalInt.of(OTHER_ARCHITECTURE);
    }
    if (architecture.equals("arm64") && offered.architecture.equals("arm")) {
      OptionalInt theirs = level(offered.effective(offered.variant));
      return theirs.isPresent() && theirs.getAsInt() <= 8 * LEVELS
          ? OptionalInt.of(OTHER_ARCHITECTURE + 8 * LEVELS - theirs.getAsInt())
          : OptionalInt.empty();
    }
    return OptionalInt.empty();
  }

  /** The variant that is meant where none is said. */
  private String effective(Optional<String> said) {
    return said.orElse(switch (architecture) {
      case "arm" -> "v7";
      case "arm64" -> "v8";
      case "amd64" -> "v1";
      default -> "";
    });
  }

  private static OptionalInt level(String variant) {
    Matcher number = LEVEL.matcher(variant);
    if (!number.matches()) {
      return OptionalInt.empty();
    }
    int minor = number.group(2) == null ? 0 : Integer.parseInt(number.group(2));
    return OptionalInt.of(Integer.parseInt(number.group(1)) * LEVELS + minor);
  }

  private boolean sameBuild(Platform offered) {
    return osVersion.isEmpty() || offered.osVersion.isEmpty()
        || build(osVersion.get()).equals(build(offered.osVersion.get()));
  }

  /** Of 10.0.20348.2113 the last number counts updates, which change nothing for containers. */
  private static String build(String version) {
    Matcher numbers = BUILD.matcher(version);
    return numbers.matches() ? numbers.group(1) : version;
  }

  @Override
  public String toString() {
    return os.equals("all")
        ? os
        : os + osVersion.map(v -> "(" + v + ")").orElse("") + "/" + architecture
            + variant.map(v -> "/" + v).orElse("");
  }
}
