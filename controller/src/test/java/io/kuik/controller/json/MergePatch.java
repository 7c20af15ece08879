package io.kuik.controller.json;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Map;

/** Applies a JSON merge patch (RFC 7396), as an API server does. */
public final class MergePatch {
  private MergePatch() {
  }

  /** Changes the target. */
  public static void apply(JsonObject target, JsonObject patch) {
    for (Map.Entry<String, JsonElement> entry : patch.entrySet()) {
      JsonElement value = entry.getValue();
      if (value.isJsonNull()) {
        target.remove(entry.getKey());
      } else if (value.isJsonObject()) {
        if (!target.has(entry.getKey()) || !target.get(entry.getKey()).isJsonObject()) {
          target.add(entry.getKey(), new JsonObject());
        }
        apply(target.getAsJsonObject(entry.getKey()), value.getAsJsonObject());
      } else {
        target.add(entry.getKey(), value);
      }
    }
  }
}
