package io.kuik.cacheworker;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The words of a command line: {@code [copy SOURCE] --name=value --name value --flag}.
 *
 * @param source
 *          what stands behind {@code copy}
 * @param values
 *          by name, without the dashes
 */
record Arguments(Optional<String> source, Map<String, String> values) {
  private static final String VERB = "copy";
  private static final String TRUE = "true";

  Arguments {
    values = Map.copyOf(values);
  }

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException
   *           if one is unknown or has no value
   */
  static Arguments parse(Set<String> names, Set<String> flags, String... args) {
    var values = new HashMap<String, String>();
    Optional<String> source = Optional.empty();
    boolean verb = args.length > 0 && args[0].equals(VERB);
    Iterator<String> words = Arrays.stream(args).skip(verb ? 1 : 0).iterator();
    while (words.hasNext()) {
      String word = words.next();
      int equals = word.indexOf('=');
      String name = !word.startsWith("--") ? "" : equals < 0 ? word.substring(2) : word.substring(2, equals);
      if (flags.contains(name)) {
        values.put(name, equals < 0 ? TRUE : word.substring(equals + 1));
      } else if (names.contains(name)) {
        values.put(name, equals < 0 ? next(word, words) : word.substring(equals + 1));
      } else if (verb && source.isEmpty() && !word.startsWith("-")) {
        source = Optional.of(word);
      } else {
        throw new IllegalArgumentException("Unknown argument " + word + ". Try --help.");
      }
    }
    if (verb && source.isEmpty()) {
      throw new IllegalArgumentException(
          "copy wants an image: copy docker.io/library/nginx:1.27 --to registry:5000");
    }
    return new Arguments(source, values);
  }

  private static String next(String word, Iterator<String> words) {
    if (!words.hasNext()) {
      throw new IllegalArgumentException("The argument " + word + " has no value. Try --help.");
    }
    return words.next();
  }

  /** A value that is there and not empty. */
  Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name)).filter(v -> !v.isEmpty());
  }

  /** A value that must be there. */
  String required(String name) {
    return value(name).orElseThrow(
        () -> new IllegalArgumentException("The argument --" + name + " is missing. Try --help."));
  }

  /** Whether a flag is set. */
  boolean flag(String name) {
    String said = values.getOrDefault(name, "false");
    if (!said.equals(TRUE) && !said.equals("false")) {
      throw new IllegalArgumentException("--" + name + " is true or false, not \"" + said + "\"");
    }
    return said.equals(TRUE);
  }

  /** Values separated by commas. */
  Set<String> list(String name) {
    return Arrays.stream(values.getOrDefault(name, "").split(",", -1)).map(String::strip)
        .filter(s -> !s.isEmpty()).collect(Collectors.toUnmodifiableSet());
  }
}
