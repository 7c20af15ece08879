package io.kuik.cacheworker;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What happens to one exchange.
 *
 * @param hangs
 *          whether there is no answer at all, for ever
 * @param answer
 *          sent at once, and nothing is asked behind; or nothing
 * @param path
 *          asked for behind instead of the request's own; or nothing
 * @param header
 *          changes the answer's header
 * @param request
 *          happens to the request's body
 * @param response
 *          happens to the answer's body
 */
record Fault(boolean hangs, String answer, String path, UnaryOperator<String> header, Spoilt request,
    Spoilt response) {
  static final Fault NONE = new Fault(false, "", "", h -> h, Spoilt.NOTHING, Spoilt.NOTHING);
  static final Fault HANG = new Fault(true, "", "", h -> h, Spoilt.NOTHING, Spoilt.NOTHING);

  static Fault answer(int status, String... headers) {
    return answer(status, "", headers);
  }

  static Fault answer(int status, String body, Map<String, String> headers) {
    var text = new StringBuilder("HTTP/1.1 ").append(status).append(" Because\r\n");
    headers.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    text.append("Content-Length: ").append(body.length()).append("\r\nConnection: close\r\n\r\n")
        .append(body);
    return new Fault(false, text.toString(), "", h -> h, Spoilt.NOTHING, Spoilt.NOTHING);
  }

  private static Fault answer(int status, String body, String... headers) {
    var all = new LinkedHashMap<String, String>();
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    return answer(status, body, all);
  }

  static Fault path(String other) {
    return new Fault(false, "", other, h -> h, Spoilt.NOTHING, Spoilt.NOTHING);
  }

  /** Leaves headers out; names in lower case. */
  static Fault without(Set<String> names) {
    return header(head -> {
      var kept = new StringBuilder();
      for (String line : head.split("\r\n", -1)) {
        if (!names.contains(line.split(":", 2)[0].toLowerCase(Locale.ROOT))) {
          kept.append(line).append("\r\n");
        }
      }
      return kept.substring(0, kept.length() - 2);
    });
  }

  static Fault header(UnaryOperator<String> change) {
    return new Fault(false, "", "", change, Spoilt.NOTHING, Spoilt.NOTHING);
  }

  static Fault response(Spoilt how) {
    return new Fault(false, "", "", h -> h, Spoilt.NOTHING, how);
  }

  static Fault request(Spoilt how) {
    return new Fault(false, "", "", h -> h, how, Spoilt.NOTHING);
  }

  /** The same with another header. */
  Fault and(UnaryOperator<String> change) {
    return new Fault(hangs, answer, path, change, request, response);
  }

  /** The same with another body. */
  Fault and(Spoilt how) {
    return new Fault(hangs, answer, path, header, request, how);
  }
}
