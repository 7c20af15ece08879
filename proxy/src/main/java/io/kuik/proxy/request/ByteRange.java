package io.kuik.proxy.request;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client's Range header as we pass it on (RFC 9110 section 14): one range of bytes whose numbers every
 * registry can read. What is no such range is ignored, as the RFC has it, and the client gets the whole; so
 * it does for several ranges at once, which registries don't agree on.
 */
final class ByteRange {
  private static final Pattern ONE = Pattern.compile("bytes=\\s*(?:([0-9]+)-([0-9]*)|-([0-9]+))\\s*",
      Pattern.CASE_INSENSITIVE);
  /** A header that is longer has been made to be long. */
  private static final int LIMIT = 256;
  /** Digits that always fit a signed number of 64 bits. */
  private static final int DIGITS = 18;
  private static final String MOST = "999999999999999999";

  private ByteRange() {
  }

  /** The range as registries are asked for it; empty for the whole. */
  static Optional<String> of(String header) {
    Matcher range = ONE.matcher(header);
    if (header.length() > LIMIT || !range.matches()) {
      return Optional.empty();
    }
    if (range.group(1) == null) {
      String last = number(range.group(3));
      // No bytes at all: not satisfiable, which only a place beyond the end says in every registry.
      return Optional.of("bytes=" + (last.equals("0") ? MOST + "-" : "-" + last));
    }
    String from = number(range.group(1));
    String to = number(range.group(2));
    boolean backwards = !to.isEmpty() && Long.parseLong(to) < Long.parseLong(from);
    return backwards ? Optional.empty() : Optional.of("bytes=" + from + "-" + to);
  }

  private static String number(String digits) {
    if (digits.isEmpty()) {
      return "";
    }
    String significant = digits.replaceFirst("^0+(?=[0-9])", "");
    return significant.length() > DIGITS ? MOST : significant;
  }
}
