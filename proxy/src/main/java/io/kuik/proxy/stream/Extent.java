package io.kuik.proxy.stream;

import io.kuik.proxy.source.BlobHeader;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which bytes of a blob an answer has.
 *
 * @param end
 *          the position after the last one, or -1 if the registry did not say it
 * @param total
 *          the size of the blob, or -1 if the registry did not say it
 */
record Extent(long start, long end, long total) {
  private static final Pattern CONTENT_RANGE = Pattern
      .compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

  /** That of an answer; none if it is a part, and does not say which. */
  static Optional<Extent> of(BlobHeader header) {
    if (header.status() != 206) {
      return Optional.of(new Extent(0, header.length(), header.length()));
    }
    return header.contentRange().map(r -> CONTENT_RANGE.matcher(r.strip())).filter(Matcher::matches)
        .map(m -> new Extent(Long.parseLong(m.group(1)), Long.parseLong(m.group(2)) + 1,
            m.group(3).equals("*") ? -1 : Long.parseLong(m.group(3))));
  }
}
