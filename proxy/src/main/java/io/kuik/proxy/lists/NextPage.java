package io.kuik.proxy.lists;

import io.kuik.proxy.request.Named;
import io.kuik.proxy.request.Query;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Link header that leads to a list's next page (RFC 8288). A registry's own is never handed out: it may
 * name the registry's host, past which the client would have to go; only its query is taken.
 */
final class NextPage {
  private static final Pattern LINK = Pattern.compile("<([^>]*)>\\s*((?:;[^,;]*)*)");
  private static final Pattern NEXT = Pattern
      .compile("(?i);\\s*rel\\s*=\\s*(?:\"[^\"]*\\bnext\\b[^\"]*\"|next)\\s*(?=;|$)");
  private static final int LIMIT = 2048;

  private NextPage() {
  }

  /** The query of a registry's link to the next page. */
  static Optional<String> query(List<String> links) {
    for (String header : links) {
      Matcher link = LINK.matcher(header);
      while (header.length() <= 2 * LIMIT && link.find()) {
        if (NEXT.matcher(link.group(2)).find()) {
          return query(link.group(1)).filter(q -> !q.isEmpty());
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> query(String address) {
    try {
      return Optional.ofNullable(URI.create(address).getRawQuery()).filter(q -> q.length() <= LIMIT)
          .map(q -> new Query(Optional.of(q)).passed());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The query for what comes after a tag. */
  static String after(String last, int most) {
    return "n=" + most + "&last=" + URLEncoder.encode(last, StandardCharsets.UTF_8);
  }

  /** The header, if there is a next page, leading through us. */
  static Map<String, String> header(Named of, String rest, Optional<String> query) {
    return query.map(q -> Map.of("Link", "<" + of.address(rest, q) + ">; rel=\"next\"")).orElse(Map.of());
  }
}
