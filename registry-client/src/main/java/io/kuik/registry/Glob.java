package io.kuik.registry;

/**
 * A glob as Go's {@code path.Match} has it: {@code *}, {@code ?}, {@code [a-z]}, {@code [^a-z]} and
 * {@code \}.
 *
 * <p>
 * No regular expression: a stranger writes the globs, and {@code *a*a*a*a*} must not take more than pattern
 * times text.
 */
final class Glob {
  private final String pattern;
  private final String text;

  private Glob(String pattern, String text) {
    this.pattern = pattern;
    this.text = text;
  }

  /** Whether the pattern stands for the whole text; one that can't be read stands for nothing. */
  static boolean matches(String pattern, String text) {
    return new Glob(pattern, text).matches();
  }

  /** Only the last star may have to take more: what an earlier one took is enough for all before. */
  private boolean matches() {
    int p = 0;
    int t = 0;
    int afterStar = -1;
    int taken = 0;
    while (t < text.length()) {
      int next = p < pattern.length() && pattern.charAt(p) != '*' ? one(p, text.charAt(t)) : -1;
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        p++;
        afterStar = p;
        taken = t;
      } else if (next >= 0) {
        p = next;
        t++;
      } else if (afterStar >= 0) {
        p = afterStar;
        taken++;
        t = taken;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /** The place behind the element at {@code p} if that stands for the character, else -1. */
  private int one(int p, char character) {
    return switch (pattern.charAt(p)) {
      case '?' -> p + 1;
      case '[' -> set(p + 1, character);
      case '\\' -> p + 1 < pattern.length() && pattern.charAt(p + 1) == character ? p + 2 : -1;
      default -> pattern.charAt(p) == character ? p + 1 : -1;
    };
  }

  private int set(int start, char character) {
    boolean negated = start < pattern.length() && pattern.charAt(start) == '^';
    int p = negated ? start + 1 : start;
    boolean in = false;
    int end = pattern.indexOf(']', p + 1);
    if (end < 0) {
      return -1;
    }
    while (p < end) {
      char low = pattern.charAt(p);
      boolean range = p + 2 < end && pattern.charAt(p + 1) == '-';
      char high = range ? pattern.charAt(p + 2) : low;
      in |= low <= character && character <= high;
      p += range ? 3 : 1;
    }
    return in == negated ? -1 : end + 1;
  }
}
