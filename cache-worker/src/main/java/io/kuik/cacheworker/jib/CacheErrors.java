package io.kuik.cacheworker.jib;

import com.google.cloud.tools.jib.http.ResponseException;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CopyOutcome;
import java.util.Locale;
import java.util.regex.Pattern;

/** The one place where what the cache registry or jib says becomes an outcome. */
final class CacheErrors {
  private static final int SHOWN = 300;
  /** ENOSPC and EDQUOT, as distribution's filesystem driver writes them into its 500. */
  private static final Pattern FULL = Pattern
      .compile("no space left|quota exceeded|insufficient storage|\"err\":\\s*(28|122)\\b");

  private CacheErrors() {
  }

  static CopyFailure of(String tried, Exception e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof ResponseException response) {
        return answered(tried, response.getStatusCode(), String.valueOf(response.getContent()), e);
      }
    }
    if (e instanceof RetryLimit.GaveUpException) {
      return new CopyFailure(CopyOutcome.CACHE_UNAVAILABLE,
          tried + " failed: the cache registry could not be reached any more", e);
    }
    return new CopyFailure(CopyOutcome.CACHE_UNAVAILABLE, tried + " failed: " + words(String.valueOf(e)), e);
  }

  static CopyFailure answered(String tried, int status, String content, Exception e) {
    String why = tried + " failed: HTTP " + status + (content.isBlank() ? "" : " (" + words(content) + ")");
    return new CopyFailure(outcome(status, content), why, e);
  }

  private static CopyOutcome outcome(int status, String content) {
    if (status == 507 || FULL.matcher(content.toLowerCase(Locale.ROOT)).find()) {
      return CopyOutcome.STORAGE_FULL;
    }
    if (content.contains("DIGEST_INVALID")) {
      return CopyOutcome.CORRUPT;
    }
    // A manifest whose blobs have vanished meanwhile is worth another try; one that is invalid is not.
    boolean refused = (status == 400 || status == 413 || status == 415) && !content.contains("BLOB_UNKNOWN");
    return refused ? CopyOutcome.UNSUPPORTED : CopyOutcome.CACHE_UNAVAILABLE;
  }

  private static String words(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
  }
}
