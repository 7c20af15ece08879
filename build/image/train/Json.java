package train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * As much of JSON as the fakes need, since the JDK has none: objects are maps, arrays lists, numbers stay
 * text.
 */
public final class Json {
  private record Bare(String text) {
  }

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /** The value that the text describes; only what valid JSON holds is read rightly. */
  public static Object parse(String text) {
    return new Json(text).value();
  }

  /** The same, of a text that is an object. */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> object(String text) {
    return (Map<String, Object>) parse(text);
  }

  /** The object under a key, made if it isn't there. */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> child(Map<String, Object> parent, String key) {
    return (Map<String, Object>) parent.computeIfAbsent(key, k -> new LinkedHashMap<String, Object>());
  }

  /** A whole number. */
  public static Object number(long value) {
    return new Bare(Long.toString(value));
  }

  /** The text of a value. */
  public static String write(Object value) {
    return switch (value) {
      case Map<?, ?> map -> map.entrySet().stream().map(e -> quote(e.getKey()) + ":" + write(e.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
      case List<?> list -> list.stream().map(Json::write).collect(Collectors.joining(",", "[", "]"));
      case Bare bare -> bare.text;
      default -> quote(value);
    };
  }

  private static String quote(Object value) {
    return '"'
        + value.toString().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t",
            "\\t")
        + '"';
  }

  private Object value() {
    return switch (peek()) {
      case '{' -> map();
      case '[' -> list();
      case '"' -> string();
      default -> bare();
    };
  }

  private char peek() {
    while (Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return text.charAt(at);
  }

  private Map<String, Object> map() {
    var map = new LinkedHashMap<String, Object>();
    for (at++; peek() != '}'; comma()) {
      String key = string();
      peek();
      at++;
      map.put(key, value());
    }
    at++;
    return map;
  }

  private List<Object> list() {
    var list = new ArrayList<>();
    for (at++; peek() != ']'; comma()) {
      list.add(value());
    }
    at++;
    return list;
  }

  private void comma() {
    if (peek() == ',') {
      at++;
    }
  }

  private String string() {
    var out = new StringBuilder();
    for (at++; text.charAt(at) != '"'; at++) {
      out.append(text.charAt(at) == '\\' ? escaped() : text.charAt(at));
    }
    at++;
    return out.toString();
  }

  private char escaped() {
    char c = text.charAt(++at);
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> (char) Integer.parseInt(text.substring(at + 1, (at += 4) + 1), 16);
      default -> c;
    };
  }

  private Bare bare() {
    int start = at;
    while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return new Bare(text.substring(start, at));
  }
}
