package io.kuik.proxy.request;

import java.time.Duration;
import java.util.Optional;

/**
 * An error as the OCI distribution spec wants it told (section "Error Codes").
 *
 * @param code
 *          the spec's word, or distribution's where the spec has none
 * @param retryAfter
 *          how long the one who refused wants to be left alone
 */
public record SpecError(int status, String code, String message, Optional<Duration> retryAfter) {
  /** An error without a time to wait. */
  public SpecError(int status, String code, String message) {
    this(status, code, message, Optional.empty());
  }

  /** The same with more to say. */
  public SpecError and(String more) {
    return new SpecError(status, code, message + "; " + more, retryAfter);
  }

  /** The body: {@code {"errors":[{"code":..., "message":...}]}}. */
  public String json() {
    return "{\"errors\":[{\"code\":" + quoted(code) + ",\"message\":" + quoted(message) + "}]}\n";
  }

  private static String quoted(String text) {
    var json = new StringBuilder("\"");
    text.chars().forEach(c -> {
      if (c == '"' || c == '\\') {
        json.append('\\').append((char) c);
      } else if (c < ' ' || c > '~') {
        json.append(String.format("\\u%04x", c));
      } else {
        json.append((char) c);
      }
    });
    return json.append('"').toString();
  }
}
