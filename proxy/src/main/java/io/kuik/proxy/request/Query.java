package io.kuik.proxy.request;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The part of an address after its question mark, as it was written. */
public final class Query {
  /** Tokens of pages are long; what is longer than this is none. */
  private static final int LIMIT = 2048;
  private static final Pattern PRINTABLE = Pattern.compile("[!-~]*");
  private static final String NAMESPACE = "ns";

  private final String raw;

  /** Null is an address without one, as the JDK has it. */
  public Query(Optional<String> raw) {
    this.raw = raw.orElse("");
  }

  /** The first value of a parameter, decoded. */
  Optional<String> value(String name) {
    return parameters().filter(p -> p.startsWith(name + "=")).map(p -> p.substring(name.length() + 1))
        .findFirst().map(Query::decoded);
  }

  /** What may be passed on to a registry: all but the parameter that is for us. */
  public String passed() {
    return parameters().filter(p -> !p.isEmpty() && !p.startsWith(NAMESPACE + "="))
        .collect(Collectors.joining("&"));
  }

  boolean passable() {
    return raw.length() <= LIMIT && PRINTABLE.matcher(raw).matches();
  }

  private Stream<String> parameters() {
    return Arrays.stream(raw.split("&"));
  }

  private static String decoded(String parameter) {
    try {
      return URLDecoder.decode(parameter, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return parameter;
    }
  }
}
