package io.kuik.controller.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JSON patches as an API server reads them. */
class JsonPatchTest {
  private final JsonPatch patch = new JsonPatch();

  @Test
  void writesEachOperationInTheWordsOfTheRfc() {
    patch.test("/a", "1");
    patch.replace("/a", "2");
    patch.add("/b", "3");
    patch.add("/c", new JsonObject());
    patch.remove("/d");
    assertEquals(JsonParser.parseString("""
        [{"op": "test", "path": "/a", "value": "1"},
         {"op": "replace", "path": "/a", "value": "2"},
         {"op": "add", "path": "/b", "value": "3"},
         {"op": "add", "path": "/c", "value": {}},
         {"op": "remove", "path": "/d"}]"""), patch.operations());
  }

  @Test
  void withoutOperationsThereIsAnEmptyPatch() {
    assertEquals(new JsonArray(), patch.operations());
  }

  @Test
  void whatWasHandedOutStaysAsItIs() {
    JsonArray before = patch.operations();
    patch.remove("/a");
    assertEquals(0, before.size());
  }

  /** The third is the RFC's own warning: "~01" is not a slash. */
  @ParameterizedTest
  @CsvSource({"plain,/plain", "kuik.enix.io/healed,/kuik.enix.io~1healed", "~1,/~01", "a~/b,/a~0~1b", "'',/"})
  void aNameIsEscaped(String name, String pointer) {
    assertEquals(pointer, JsonPatch.pointer(name));
  }

  @Test
  void namesAreAWayFromTheTop() {
    assertEquals("/metadata/annotations/x.io~1y", JsonPatch.pointer("metadata", "annotations", "x.io/y"));
    assertEquals("", JsonPatch.pointer());
  }
}
