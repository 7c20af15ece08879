package io.kuik.controller.json;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Paths into JSON whose shape nobody promised: what is absent or of another type is empty, never an
 * exception.
 */
public final class Json {
  private Json() {
  }

  /** The element at the end of the path. */
  public static Optional<JsonElement> at(JsonElement from, String... path) {
    JsonElement here = from;
    for (String name : path) {
      if (!here.isJsonObject() || !here.getAsJsonObject().has(name)) {
        return Optional.empty();
      }
      here = here.getAsJsonObject().get(name);
    }
    return here.isJsonNull() ? Optional.empty() : Optional.of(here);
  }

  /** The object at the end of the path; an empty one if there is none. */
  public static JsonObject object(JsonElement from, String... path) {
    return at(from, path).filter(JsonElement::isJsonObject).map(JsonElement::getAsJsonObject)
        .orElseGet(JsonObject::new);
  }

  /** The string at the end of the path. */
  public static Optional<String> text(JsonElement from, String... path) {
    return at(from, path).filter(JsonElement::isJsonPrimitive).map(JsonElement::getAsString);
  }

  /** The number at the end of the path, or 0. */
  public static long number(JsonElement from, String... path) {
    return at(from, path).filter(e -> e.isJsonPrimitive() && e.getAsJsonPrimitive().isNumber())
        .map(JsonElement::getAsLong).orElse(0L);
  }

  /** Whether the path ends in true. */
  public static boolean flag(JsonElement from, String... path) {
    return at(from, path).filter(e -> e.isJsonPrimitive() && e.getAsJsonPrimitive().isBoolean())
        .map(JsonElement::getAsBoolean).orElse(false);
  }

  /** The objects of the array at the end of the path. */
  public static List<JsonObject> objects(JsonElement from, String... path) {
    var found = new ArrayList<JsonObject>();
    at(from, path).filter(JsonElement::isJsonArray).ifPresent(a -> a.getAsJsonArray().forEach(e -> {
      if (e.isJsonObject()) {
        found.add(e.getAsJsonObject());
      }
    }));
    return found;
  }

  /** The strings of the array at the end of the path. */
  public static List<String> texts(JsonElement from, String... path) {
    var found = new ArrayList<String>();
    at(from, path).filter(JsonElement::isJsonArray).ifPresent(a -> a.getAsJsonArray().forEach(e -> {
      if (e.isJsonPrimitive()) {
        found.add(e.getAsString());
      }
    }));
    return found;
  }

  /** The object at the end of the path as a map of its strings: labels, annotations. */
  public static Map<String, String> strings(JsonElement from, String... path) {
    var found = new LinkedHashMap<String, String>();
    object(from, path).entrySet().forEach(e -> {
      if (e.getValue().isJsonPrimitive()) {
        found.put(e.getKey(), e.getValue().getAsString());
      }
    });
    return found;
  }
}
