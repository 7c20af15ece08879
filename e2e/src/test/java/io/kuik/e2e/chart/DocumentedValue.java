package io.kuik.e2e.chart;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A key of values.yaml with the comment above it, which begins with {@code # --}. */
record DocumentedValue(String path, JsonElement defaultValue, String description) {
  private static final Pattern KEY = Pattern.compile("^( *)([A-Za-z][-A-Za-z0-9]*):.*");
  private static final Pattern COMMENT = Pattern.compile("^ *# -- (.*)");
  private static final Gson JSON = new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  static List<DocumentedValue> all() throws IOException {
    String text = Files.readString(Chart.DIRECTORY.resolve("values.yaml"));
    Manifest defaults = Chart.parse(text).manifests().getFirst();
    List<DocumentedValue> values = new ArrayList<>();
    List<String> path = new ArrayList<>();
    String description = "";
    for (String line : text.lines().toList()) {
      Matcher comment = COMMENT.matcher(line);
      Matcher key = KEY.matcher(line);
      if (comment.matches()) {
        description = comment.group(1);
      } else if (key.matches()) {
        int depth = key.group(1).length() / 2;
        path.subList(Math.min(depth, path.size()), path.size()).clear();
        path.add(key.group(2));
        if (!description.isEmpty()) {
          values.add(
              new DocumentedValue(String.join(".", path), defaults.at(String.join("/", path)), description));
        }
        description = "";
      }
    }
    return values;
  }

  /** Whether this entry also speaks for the keys below it. */
  boolean covers(String other) {
    return other.equals(path) || other.startsWith(path + ".");
  }

  String asTableRow() {
    return "| `" + path + "` | `" + JSON.toJson(defaultValue) + "` | " + description.replace("|", "\\|")
        + " |";
  }
}
