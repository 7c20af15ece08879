package io.kuik.proxy.lists;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Tags for a client, and after which one the next page begins.
 *
 * @param next
 *          the last tag of this page, if there are more
 */
record TagPage(List<String> tags, Optional<String> next) {
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  /** Tags that the cache needs for its own sake. */
  private static final String RESERVED = "kuik.";

  /** Out of a list of all tags, as the spec wants pages: in lexical order, after the last one. */
  static TagPage of(List<String> all, OptionalInt most, Optional<String> last) {
    List<String> rest = served(all).stream().sorted()
        .filter(t -> last.isEmpty() || t.compareTo(last.get()) > 0)
        .toList();
    int size = most.orElse(rest.size());
    if (size >= rest.size()) {
      return new TagPage(rest, Optional.empty());
    }
    // A page of none has no last tag to go on after.
    return new TagPage(rest.subList(0, size),
        size == 0 ? Optional.empty() : Optional.of(rest.get(size - 1)));
  }

  /** Those that a pull through this proxy could name. */
  static List<String> served(List<String> tags) {
    return tags.stream().filter(t -> TAG.matcher(t).matches() && !t.startsWith(RESERVED)).toList();
  }

  /** The spec's JSON; nothing in a name or a tag needs an escape. */
  static String json(String name, List<String> tags) {
    return "{\"name\":\"" + name + "\",\"tags\":["
        + String.join(",", tags.stream().map(t -> "\"" + t + "\"").toList()) + "]}\n";
  }
}
