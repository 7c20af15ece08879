package io.kuik.e2e.chart;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.stream.StreamSupport;

/** A Kubernetes object, or a part of one, as JSON. */
record Manifest(JsonObject json) {
  static Manifest parse(String text) {
    return new Manifest(JsonParser.parseString(text).getAsJsonObject());
  }

  String kind() {
    return text("kind");
  }

  String name() {
    return text("metadata/name");
  }

  /**
   * What stands at a path such as {@code spec/template}; JSON null when there is nothing. Numbers index
   * lists.
   */
  JsonElement at(String path) {
    JsonElement here = json;
    for (String step : path.split("/", -1)) {
      // Keys of labels and annotations have slashes themselves, written ~ in a path.
      String key = step.replace('~', '/');
      JsonElement next = switch (here) {
        case JsonObject object -> object.get(key);
        case JsonArray array when Integer.parseInt(key) < array.size() -> array.get(Integer.parseInt(key));
        default -> null;
      };
      if (next == null) {
        return JsonNull.INSTANCE;
      }
      here = next;
    }
    return here;
  }

  boolean has(String path) {
    return !at(path).isJsonNull();
  }

  String text(String path) {
    return at(path).getAsString();
  }

  int number(String path) {
    return at(path).getAsInt();
  }

  Manifest part(String path) {
    return new Manifest(at(path).getAsJsonObject());
  }

  /** The elements of the list at a path, none when there is no list. */
  List<JsonElement> list(String path) {
    JsonElement list = at(path);
    return list.isJsonNull() ? List.of() : list.getAsJsonArray().asList();
  }

  List<Manifest> parts(String path) {
    return list(path).stream().map(e -> new Manifest(e.getAsJsonObject())).toList();
  }

  List<String> texts(String path) {
    return StreamSupport.stream(list(path).spliterator(), false).map(JsonElement::getAsString).toList();
  }
}
