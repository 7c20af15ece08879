package io.kuik.registry;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** The one place where a registry's HTTP status becomes an exception. */
final class StatusErrors {
  private static final int BODY_LIMIT = 64 << 10;
  private static final int SHOWN = 300;

  private StatusErrors() {
  }

  /** What a status of 300 or more means; the body is read for the registry's own words. */
  static RegistryException of(RegistryRequest request, RegistryResponse response) {
    String words = request.described() + ": HTTP " + response.status() + said(response);
    return switch (response.status()) {
      case 401 -> new RegistryException.Unauthorized(words);
      case 403 -> new RegistryException.Forbidden(words);
      case 404, 410 -> new RegistryException.NotFound(words);
      case 429 ->
        new RegistryException.RateLimited(words, response.retryAfter());
      case 400, 405, 406, 416, 501 -> new RegistryException.Unsupported(words);
      default -> new RegistryException.Unavailable(words);
    };
  }

  /** Retry-After is a number of seconds or a date (RFC 9110 section 10.2.3). */
  static Optional<Duration> delay(String retryAfter) {
    try {
      return Optional.of(Duration.ofSeconds(Long.parseLong(retryAfter.strip())));
    } catch (NumberFormatException e) {
      try {
        var until = ZonedDateTime.parse(retryAfter.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
        Duration left = Duration.between(ZonedDateTime.now(until.getZone()), until);
        return Optional.of(left.isNegative() ? Duration.ZERO : left);
      } catch (DateTimeParseException neither) {
        return Optional.empty();
      }
    }
  }

  private static String said(RegistryResponse response) {
    try {
      String body = new String(response.body().readNBytes(BODY_LIMIT), StandardCharsets.UTF_8).strip();
      String words = body.startsWith("{") ? message(body) : "";
      return words.isEmpty() ? "" : " (" + words + ")";
    } catch (IOException e) {
      return "";
    }
  }

  /** The first error of a spec error body: {@code {"errors":[{"code":..., "message":...}]}}. */
  private static String message(String body) {
    try {
      JsonObject first = JsonParser.parseString(body).getAsJsonObject().getAsJsonArray("errors").get(0)
          .getAsJsonObject();
      String code = first.has("code") ? first.get("code").getAsString() : "";
      String message = first.has("message") ? first.get("message").getAsString() : "";
      String words = (code + " " + message).strip().replaceAll("\\p{Cntrl}", " ");
      return words.length() <= SHOWN ? words : words.substring(0, SHOWN) + "...";
    } catch (JsonParseException | IllegalStateException | NullPointerException | IndexOutOfBoundsException
        | UnsupportedOperationException e) {
      return "";
    }
  }
}
