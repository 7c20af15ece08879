package io.kuik.cacheworker.report;

import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of the log: what happened, and the values that belong to it, read from SLF4J's pattern. In
 * {@code "layer copied digest={} size={}"} the first two words are the message.
 */
record LogLine(Instant time, String level, String message, List<Field> fields, Optional<String> trace) {
  private static final Pattern FIELD = Pattern.compile("([A-Za-z][A-Za-z0-9_]*)=(.*\\{}.*)");
  private static final Pattern QUOTED = Pattern.compile("[\\s\"=]");
  private static final String HOLE = "{}";

  /** A value and its name. */
  record Field(String name, String value) {
  }

  LogLine {
    fields = List.copyOf(fields);
  }

  static LogLine of(Instant time, String level, String pattern, List<String> values,
      Optional<Throwable> thrown) {
    var words = new ArrayList<String>();
    var fields = new ArrayList<Field>();
    int used = 0;
    for (String token : pattern.split(" ", -1)) {
      int holes = holes(token);
      List<String> own = values.subList(Math.min(used, values.size()), Math.min(used + holes, values.size()));
      used += holes;
      Matcher field = FIELD.matcher(token);
      if (field.matches()) {
        fields.add(new Field(field.group(1), Redaction.of(filled(field.group(2), own))));
      } else {
        words.add(filled(token, own));
      }
    }
    return new LogLine(time.truncatedTo(ChronoUnit.MILLIS), level, Redaction.of(String.join(" ", words)),
        fields, thrown.map(LogLine::trace).map(Redaction::of));
  }

  private static int holes(String token) {
    int count = 0;
    for (int at = token.indexOf(HOLE); at >= 0; at = token.indexOf(HOLE, at + HOLE.length())) {
      count++;
    }
    return count;
  }

  private static String filled(String token, List<String> values) {
    var text = new StringBuilder();
    int from = 0;
    for (String value : values) {
      int hole = token.indexOf(HOLE, from);
      text.append(token, from, hole).append(value);
      from = hole + HOLE.length();
    }
    return text.append(token.substring(from)).toString();
  }

  private static String trace(Throwable thrown) {
    var text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString().stripTrailing();
  }

  /** For people: time, level, message, {@code name=value}. */
  String text() {
    var text = new StringBuilder().append(time).append(' ').append(level).append(' ').append(message);
    fields.forEach(f -> text.append(' ').append(f.name).append('=').append(quoted(f.value)));
    trace.ifPresent(t -> text.append(System.lineSeparator()).append(t));
    return text.toString();
  }

  private static String quoted(String value) {
    return value.isEmpty() || QUOTED.matcher(value).find()
        ? '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\r", "\\r")
            + '"'
        : value;
  }

  /** For programs: one JSON object, whose members are the same. */
  String json() {
    var json = new JsonObject();
    json.addProperty("time", time.toString());
    json.addProperty("level", level);
    json.addProperty("message", message);
    fields.forEach(f -> json.addProperty(json.has(f.name) ? f.name + "_" : f.name, f.value));
    trace.ifPresent(t -> json.addProperty("error", t));
    return json.toString();
  }
}
