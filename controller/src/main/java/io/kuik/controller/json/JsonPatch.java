package io.kuik.controller.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A JSON patch (RFC 6902) that is being written, one operation after the other. */
public final class JsonPatch {
  private final JsonArray operations = new JsonArray();

  /** JSON Pointer (RFC 6901) to what has these names, one in the other. */
  public static String pointer(String... names) {
    // In this order: the escape of a slash has a tilde of its own (section 3).
    return Arrays.stream(names).map(n -> "/" + n.replace("~", "~0").replace("/", "~1"))
        .collect(Collectors.joining());
  }

  /** Sets a member of an object, be it there or not. */
  public void add(String path, JsonElement value) {
    operation("add", path).add("value", value);
  }

  /** The same with a text. */
  public void add(String path, String value) {
    add(path, new JsonPrimitive(value));
  }

  /** Sets a text that must be there. */
  public void replace(String path, String value) {
    operation("replace", path).addProperty("value", value);
  }

  /** Takes away what must be there. */
  public void remove(String path) {
    operation("remove", path);
  }

  /** Changes nothing; where another text stands, or none, the patch fails as a whole. */
  public void test(String path, String value) {
    operation("test", path).addProperty("value", value);
  }

  private JsonObject operation(String op, String path) {
    var operation = new JsonObject();
    operation.addProperty("op", op);
    operation.addProperty("path", path);
    operations.add(operation);
    return operation;
  }

  /** The operations so far; none is a patch that changes nothing. */
  public JsonArray operations() {
    return operations.deepCopy();
  }
}
