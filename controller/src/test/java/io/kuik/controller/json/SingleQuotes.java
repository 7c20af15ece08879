package io.kuik.controller.json;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

/** JSON with single quotes, which is easier to read between double ones. */
public final class SingleQuotes {
  private SingleQuotes() {
  }

  /** The object; none of its texts may have a single quote. */
  public static JsonObject json(String text) {
    return JsonParser.parseString(text.replace('\'', '"')).getAsJsonObject();
  }
}
