package io.kuik.controller.rewrite;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/** Applies a JSON patch (RFC 6902), and refuses what an API server would. */
public final class PatchApplier {
  private PatchApplier() {
  }

  /** The patched copy of a pod. */
  public static JsonObject apply(JsonObject pod, JsonArray patch) {
    JsonObject copy = pod.deepCopy();
    patch.forEach(o -> operation(copy, o.getAsJsonObject()));
    return copy;
  }

  private static void operation(JsonObject pod, JsonObject operation) {
    String[] path = operation.get("path").getAsString().split("/", -1);
    JsonElement parent = pod;
    for (int i = 1; i < path.length - 1; i++) {
      parent = parent.isJsonArray()
          ? parent.getAsJsonArray().get(Integer.parseInt(path[i]))
          : parent.getAsJsonObject().get(unescaped(path[i]));
    }
    JsonObject target = parent.getAsJsonObject();
    String key = unescaped(path[path.length - 1]);
    String op = operation.get("op").getAsString();
    if (!op.equals("add") && !target.has(key)) {
      throw new IllegalStateException(op + " of what is not there: " + operation);
    }
    if (op.equals("test")) {
      if (!operation.get("value").equals(target.get(key))) {
        throw new IllegalStateException("it is another one: " + operation);
      }
    } else if (op.equals("remove")) {
      target.remove(key);
    } else {
      target.add(key, operation.get("value").deepCopy());
    }
  }

  private static String unescaped(String token) {
    return token.replace("~1", "/").replace("~0", "~");
  }
}
