package io.kuik.proxy.source;

import io.kuik.proxy.request.PullRequest.ManifestRead;
import io.kuik.proxy.request.SpecError;
import io.kuik.proxy.source.Answer.Missing;
import io.kuik.proxy.source.Answer.Unavailable;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistryResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;

/**
 * The one place where a registry's failure becomes what a client is told. Statuses stay what they are: a rate
 * limit that looks like a missing image sends its user hunting for an image that is there.
 */
final class Failures {
  private Failures() {
  }

  /** The registry answered, with an error. */
  static Answer of(Question question, RegistryResponse response, RegistryException e) {
    String message = question.asked() + " answered: " + e.getMessage();
    Optional<Duration> wait = response.retryAfter();
    int status = response.status();
    return switch (status) {
      case 404, 410 -> missing(question, message);
      case 401 -> unavailable(401, "UNAUTHORIZED", message, wait);
      case 403 -> unavailable(403, "DENIED", message, wait);
      case 429 -> unavailable(429, "TOOMANYREQUESTS", message, wait);
      case 503, 504 -> ill(status, "UNAVAILABLE", message, wait);
      default -> {
        if (status >= 400 && status < 500) {
          yield unavailable(status, "UNSUPPORTED", message, wait);
        }
        yield status >= 500 && status < 600
            ? ill(status, "UNKNOWN", message, wait)
            : unavailable(502, "UNKNOWN", message, wait);
      }
    };
  }

  /** There is no answer, or none that could be used. */
  static Answer of(Question question, RegistryException e) {
    String asked = question.asked();
    return switch (e) {
      case RegistryException.NotFound _ -> missing(question, asked + " answered: " + e.getMessage());
      case RegistryException.Unauthorized _ ->
        unavailable(401, "UNAUTHORIZED", asked + " answered: " + e.getMessage());
      case RegistryException.Forbidden _ ->
        unavailable(403, "DENIED", asked + " answered: " + e.getMessage());
      case RegistryException.RateLimited r ->
        unavailable(429, "TOOMANYREQUESTS", asked + " answered: " + e.getMessage(), r.retryAfter());
      case RegistryException.Refused _ ->
        unavailable(403, "DENIED", asked + " was not asked: " + e.getMessage());
      case RegistryException.Unavailable u when u.getCause() instanceof SocketTimeoutException ->
        ill(504, "UNAVAILABLE", asked + " did not answer: " + e.getMessage());
      case RegistryException.Unavailable _ ->
        ill(502, "UNAVAILABLE", asked + " did not answer: " + e.getMessage());
      default -> unavailable(502, "UNKNOWN", asked + " gave no usable answer: " + e.getMessage());
    };
  }

  static Answer tooSlow(Question question) {
    return ill(504, "UNAVAILABLE",
        question.asked() + " did not answer within " + question.within().toMillis() + " ms");
  }

  static Answer broken(Question question, IOException e) {
    return ill(502, "UNAVAILABLE", question.asked() + " broke off: " + e.getMessage());
  }

  static Answer unexpected(Question question) {
    return unavailable(500, "UNKNOWN",
        question.asked() + " could not be asked because of an error in the proxy; its log says more");
  }

  static Answer corrupt(Question question, String what) {
    return unavailable(502, "UNKNOWN", question.asked() + " is wrong: " + what);
  }

  static Answer tooLarge(Question question) {
    return unavailable(502, "UNSUPPORTED", question.asked() + " sent a manifest of more than the "
        + RegistryClient.MANIFEST_LIMIT + " bytes that containerd reads");
  }

  static Answer noRoom(Question question) {
    return unavailable(503, "UNAVAILABLE",
        "the proxy on this node has no room for one more manifest or list of "
            + question.asked() + "; try again",
        Optional.of(Duration.ofSeconds(1)));
  }

  private static Answer missing(Question question, String message) {
    String code = question.read() instanceof ManifestRead ? "MANIFEST_UNKNOWN" : "BLOB_UNKNOWN";
    return new Missing(new SpecError(404, code, message));
  }

  private static Answer unavailable(int status, String code, String message) {
    return unavailable(status, code, message, Optional.empty());
  }

  private static Answer unavailable(int status, String code, String message, Optional<Duration> wait) {
    return new Unavailable(new SpecError(status, code, message, wait));
  }

  private static Answer ill(int status, String code, String message) {
    return ill(status, code, message, Optional.empty());
  }

  private static Answer ill(int status, String code, String message, Optional<Duration> wait) {
    return new Unavailable(new SpecError(status, code, message, wait), Answer.Health.ILL);
  }
}
