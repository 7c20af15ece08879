package io.kuik.controller.healing;

import io.kuik.controller.pod.NodeTrouble;
import io.kuik.controller.pod.WaitingContainer;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a pull failed, as far as the message of the container runtime tells. */
enum Trouble {
  /** The runtime can't talk to the proxy: nobody listens, nobody answers, or it insists on TLS. */
  NO_ANSWER,
  /** The proxy answered that there is no such image, or that it may not have it. */
  NOT_SERVED,
  /** The image's registry grants no more pulls. */
  RATE_LIMITED,
  /** The kubelet doesn't take the name. */
  INVALID_NAME,
  /** The node's own: no other name of the image would help. */
  NODE,
  /** Anything else: errors of registries, timeouts, or no message at all. */
  UNKNOWN;

  private static final Pattern STATUS = Pattern.compile("unexpected status.*?[: ]([1-5][0-9]{2})\\b");
  private static final List<String> REFUSED = List.of("not found", "access denied", "unauthorized",
      "authorization failed", "forbidden", "insufficient_scope");
  private static final List<String> SILENT = List.of("connection refused", "connection reset", "dial tcp",
      "server gave http response to https client", "no route to host", ": eof", "tls: ");

  /**
   * Reads the message; words in the image's own name don't count.
   *
   * @param image
   *          the name under which the image was pulled
   */
  static Trouble of(WaitingContainer waiting, String image) {
    if (waiting.reason().equals("InvalidImageName")) {
      return INVALID_NAME;
    }
    String message = without(waiting.message(), image).toLowerCase(Locale.ROOT);
    if (NodeTrouble.in(message)) {
      return NODE;
    }
    Matcher status = STATUS.matcher(message);
    if (status.find()) {
      return ofStatus(Integer.parseInt(status.group(1)));
    }
    if (message.contains("too many requests") || message.contains("toomanyrequests")) {
      return RATE_LIMITED;
    }
    if (says(message, REFUSED)) {
      return NOT_SERVED;
    }
    return says(message, SILENT) ? NO_ANSWER : UNKNOWN;
  }

  private static Trouble ofStatus(int status) {
    return switch (status) {
      case 401, 403, 404 -> NOT_SERVED;
      case 429 -> RATE_LIMITED;
      default -> UNKNOWN;
    };
  }

  private static boolean says(String message, List<String> words) {
    return words.stream().anyMatch(message::contains);
  }

  /** The name stands in the message as it is, and as a path of the registry's API. */
  private static String without(String message, String image) {
    String path = image.substring(image.indexOf('/') + 1).replaceFirst("@.*$", "").replaceFirst(":[^/]*$",
        "");
    String shorter = message.replace(image, "");
    return path.isEmpty() ? shorter : shorter.replace(path, "");
  }
}
