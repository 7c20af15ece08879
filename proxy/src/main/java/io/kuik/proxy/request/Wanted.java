package io.kuik.proxy.request;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How a client wants its content.
 *
 * @param head
 *          only the headers
 * @param accept
 *          the media types of manifests that it takes; empty if it named none
 * @param range
 *          the part of a blob that it wants
 */
public record Wanted(boolean head, List<String> accept, Optional<String> range) {
  /** A header that a registry would have to read is not passed on beyond this length. */
  private static final int LIMIT = 4096;

  /** Reads the headers, of which {@code headers} gives all values by name. */
  public static Wanted of(String method, Function<String, List<String>> headers) {
    boolean head = method.equals("HEAD");
    // Only GET knows parts.
    Optional<String> range = headers.apply("Range").stream().findFirst().filter(r -> !head)
        .flatMap(ByteRange::of);
    return new Wanted(head, manifestTypes(headers.apply("Accept")), range);
  }

  /** The same, but only the headers. */
  public Wanted headersOnly() {
    return new Wanted(true, accept, Optional.empty());
  }

  /** The same, but all of it. */
  public Wanted whole() {
    return new Wanted(head, accept, Optional.empty());
  }

  /** The same of whatever media type. */
  public Wanted ofAnyType() {
    return new Wanted(head, List.of(), range);
  }

  /** A client that takes anything means no particular type, and is better served by our list of all. */
  private static List<String> manifestTypes(List<String> accept) {
    boolean named = accept.stream().anyMatch(a -> a.contains("application/vnd."));
    int length = accept.stream().mapToInt(String::length).sum();
    return named && length <= LIMIT ? List.copyOf(accept) : List.of();
  }
}
