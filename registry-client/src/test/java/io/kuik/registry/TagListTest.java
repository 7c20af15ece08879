package io.kuik.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of tags as registries write them. */
class TagListTest {
  private static List<String> read(String json) {
    return TagList.read(json, "quay.io");
  }

  @Test
  void isReadWhateverStandsBesideIt() {
    assertEquals(List.of("1", "2"), read("{\"child\":[{}],\"tags\":[\"1\",\"2\"],\"name\":null}"));
    assertEquals(List.of(), read("{\"name\":\"a\",\"tags\":null}"));
    assertEquals(List.of(), read("{}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "<html>", "{\"tags\":[1,{}]}", "{\"tags\":[\"1\"", "null"})
  void isNoneIfItIsSomethingElse(String json) {
    var e = assertThrows(RegistryException.Unsupported.class, () -> read(json));
    assertEquals("quay.io sent no list of tags", e.getMessage());
  }
}
