package io.kuik.controller.arming;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads from a container runtime's message that it found no proxy: the words of Go's HTTP client for a
 * request to the proxy that got no answer at all. What was answered is no such word, whatever a registry or
 * an image's name put into it.
 */
final class LostWay {
  /** What precedes the words of those who answered. */
  private static final Pattern ANSWERED = Pattern
      .compile("unexpected (?:http )?status|status ?code|server message", Pattern.CASE_INSENSITIVE);
  private static final String NO_CONNECTION = "dial tcp[46]?(?: \\S*:%d)?: |proxyconnect tcp: ";
  /** Only before the first byte of an answer: a body that breaks off is told of without the address. */
  private static final String NO_ANSWER = "EOF\\b|read tcp \\S+: read: connection reset"
      + "|net/http: HTTP/1.x transport connection broken: malformed";
  private static final String NO_TLS = "http: server gave HTTP response to HTTPS client"
      + "|net/http: TLS handshake timeout|(?:remote error: )?tls: |x509: ";
  /** The rest of the cause: quotes and commas begin something else, such as another image's error. */
  private static final String REST = "[^\",;\\n]{0,100}";

  private final int port;
  private final Pattern lost;

  LostWay(int port) {
    this.port = port;
    this.lost = Pattern
        .compile(("\\b(?:Get|Head) \"?https?://(?:localhost|127\\.0\\.0\\.1|\\[::1]):%d/v2/[^\" ]*\"?: ((?:"
            + NO_CONNECTION + "|" + NO_ANSWER + "|" + NO_TLS + ")" + REST + ")").formatted(port, port),
            Pattern.CASE_INSENSITIVE);
  }

  /** The proxy's port. */
  int port() {
    return port;
  }

  /**
   * Why there was no answer, in the runtime's words, and without the name of the image; empty if it isn't so.
   */
  Optional<String> cause(String message) {
    Matcher matcher = lost.matcher(message);
    return matcher.find() && !ANSWERED.matcher(message.substring(0, matcher.start())).find()
        ? Optional.of(matcher.group(1).strip())
        : Optional.empty();
  }
}
