package io.kuik.proxy.request;

import io.kuik.model.Digest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a client has already (RFC 9110 section 13). Our validators are digests: the same digest is the same
 * content, so all of them are strong.
 *
 * @param ifNoneMatch
 *          the content is not wanted again if it is one of these
 * @param ifRange
 *          the part is wanted only if it is one of this content
 */
public record Conditions(List<String> ifNoneMatch, Optional<String> ifRange) {
  private static final int LIMIT = 4096;

  /** Reads the headers, of which {@code headers} gives all values by name. */
  public static Conditions of(Function<String, List<String>> headers) {
    List<String> validators = headers.apply("If-None-Match").stream().filter(v -> v.length() <= LIMIT)
        .flatMap(v -> Arrays.stream(v.split(","))).map(String::strip).filter(v -> !v.isEmpty()).toList();
    return new Conditions(validators, headers.apply("If-Range").stream().findFirst().map(String::strip));
  }

  /** How content is called in the headers. */
  public static String validator(Digest digest) {
    return "\"" + digest + "\"";
  }

  /** Whether the client may have the content. */
  public boolean any() {
    return !ifNoneMatch.isEmpty();
  }

  /** Whether it has; distribution takes a digest without quotation marks, and so do its clients. */
  public boolean has(Digest digest) {
    return ifNoneMatch.stream().map(v -> v.startsWith("W/") ? v.substring(2) : v)
        .anyMatch(v -> v.equals("*") || v.equals(validator(digest)) || v.equals(digest.toString()));
  }

  /** Whether a part of this content is wanted, rather than the whole. */
  public boolean partOf(Digest digest) {
    return ifRange.isEmpty() || ifRange.get().equals(validator(digest));
  }
}
