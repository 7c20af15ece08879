package io.kuik.registry;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;

/** The one place where a registry's HTTP status becomes an exception. */
final class StatusErrors {
  private static final int BODY_LIMIT = 64 << 10;
  private static final int SHOWN = 300;
  private static final Set<Integer> SIGNATURE = Set.of(400, 401, 403);
  /** A number of seconds above this is a time of the clock. */
  private static final long EPOCH = 1_000_000_000;
  /** Nobody is left alone for longer because of one header. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private StatusErrors() {
  }

  /** What a status of 300 or more means; the body is read for the registry's own words. */
  static RegistryException of(RegistryRequest request, RegistryResponse response) {
    Optional<String> elsewhere = response.redirectedTo();
    String who = elsewhere.map(h -> ": " + h + ", where the registry sent us, answered HTTP ")
        .orElse(": HTTP ");
    String words = request.described() + who + response.status() + said(response);
    // Signed addresses expire, and clocks differ; the registry itself did not refuse us.
    boolean signature = elsewhere.isPresent() && request.path().contains("/blobs/")
        && SIGNATURE.contains(response.status());
    return signature
        ? new RegistryException.Unavailable(words)
        : meaning(response, words);
  }

  /** What it means when there is no token. */
  static RegistryException ofTokenService(RegistryRequest request, String host, RegistryResponse response) {
    String words = request.described() + ": its token service " + host + " answered HTTP " + response.status()
        + said(response);
    boolean absent = response.status() == 404 || response.status() == 410;
    return absent ? new RegistryException.Unsupported(words) : meaning(response, words);
  }

  private static RegistryException meaning(RegistryResponse response, String words) {
    return switch (response.status()) {
      case 401 -> new RegistryException.Unauthorized(words);
      case 403 -> new RegistryException.Forbidden(words);
      case 404, 410 -> new RegistryException.NotFound(words);
      case 429 -> new RegistryException.RateLimited(words, response.retryAfter(),
          response.budget().filter(b -> b.remaining() == 0).isPresent());
      case 400, 405, 406, 416, 501 -> new RegistryException.Unsupported(words);
      default -> new RegistryException.Unavailable(words, response.retryAfter());
    };
  }

  /**
   * Retry-After is a number of seconds or a date (RFC 9110 section 10.2.3); some write the date as a number.
   */
  static Optional<Duration> delay(String retryAfter) {
    return delay(retryAfter, Instant.now());
  }

  static Optional<Duration> delay(String retryAfter, Instant now) {
    String text = retryAfter.strip();
    try {
      long number = Long.parseLong(text);
      return Optional.of(number > EPOCH ? until(Instant.ofEpochSecond(number), now) : bounded(number));
    } catch (NumberFormatException e) {
      try {
        return Optional
            .of(until(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant(), now));
      } catch (DateTimeParseException neither) {
        return Optional.empty();
      }
    } catch (DateTimeException farAway) {
      return Optional.empty();
    }
  }

  private static Duration until(Instant time, Instant now) {
    return bounded(Duration.between(now, time).toSeconds());
  }

  private static Duration bounded(long seconds) {
    return Duration.ofSeconds(Math.clamp(seconds, 0, LONGEST.toSeconds()));
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
      String words = Redaction.of((code + " " + message).strip().replaceAll("\\p{Cntrl}", " "));
      return words.length() <= SHOWN ? words : words.substring(0, SHOWN) + "...";
    } catch (JsonParseException | IllegalStateException | NullPointerException | IndexOutOfBoundsException
        | UnsupportedOperationException e) {
      return "";
    }
  }
}
