package io.kuik.cacheworker.report;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out of a text what opens something: exceptions of the JDK and of libraries quote whole addresses, and
 * storage hosts sign theirs.
 */
public final class Redaction {
  private static final String HIDDEN = "***";
  private static final Pattern QUERY = Pattern.compile("(https?://[^\\s?\"'<>]+)\\?[^\\s\"'<>)]*");
  private static final Pattern USER = Pattern.compile("://[^/\\s@\"]+@");
  private static final Pattern AUTHORIZATION = Pattern
      .compile("(?i)\\b(bearer|basic)(:? +)[a-z0-9+/=._~-]{16,}");

  private Redaction() {
  }

  /** The text without queries of addresses, user information in them, and authorizations. */
  public static String of(String text) {
    String safe = text;
    if (safe.contains("://")) {
      safe = QUERY.matcher(safe).replaceAll("$1?" + Matcher.quoteReplacement(HIDDEN));
      safe = USER.matcher(safe).replaceAll("://" + Matcher.quoteReplacement(HIDDEN + "@"));
    }
    return AUTHORIZATION.matcher(safe).replaceAll("$1$2" + Matcher.quoteReplacement(HIDDEN));
  }
}
