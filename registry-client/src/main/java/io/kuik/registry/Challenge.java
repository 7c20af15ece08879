package io.kuik.registry;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a registry wants to be authenticated to (RFC 9110 section 11.6.1):
 * {@code Bearer realm="...",service="..."}.
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final Pattern SCHEME = Pattern.compile("^\\s*([A-Za-z]+)\\s*");
  private static final Pattern PARAMETER = Pattern
      .compile("([A-Za-z_]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\",\\s]+))");

  /** The challenge to answer: Bearer if it is offered, else Basic, else none that we know. */
  static Optional<Challenge> choose(List<String> headers) {
    List<Challenge> offered = headers.stream().map(Challenge::parse).flatMap(Optional::stream).toList();
    return offered.stream().filter(Challenge::bearer).findFirst()
        .or(() -> offered.stream().filter(c -> c.scheme.equals("basic")).findFirst());
  }

  static Optional<Challenge> parse(String header) {
    Matcher scheme = SCHEME.matcher(header);
    if (!scheme.find()) {
      return Optional.empty();
    }
    var parameters = new HashMap<String, String>();
    Matcher parameter = PARAMETER.matcher(header.substring(scheme.end()));
    while (parameter.find()) {
      String value = parameter.group(2) != null
          ? parameter.group(2).replaceAll("\\\\(.)", "$1")
          : parameter.group(3);
      parameters.put(parameter.group(1).toLowerCase(Locale.ROOT), value);
    }
    return Optional.of(new Challenge(scheme.group(1).toLowerCase(Locale.ROOT), parameters));
  }

  boolean bearer() {
    return scheme.equals("bearer");
  }
}
