package io.kuik.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of references in {@code references.txt}: what each is read as, and where the cache keeps it. */
class ReferenceTableTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  /** A row of the table; refused if the expectation begins with an exclamation mark. */
  record Row(String reference, String expected, String repository, String tag) {
    static Row of(String line) {
      List<String> cells = Arrays.stream(line.split(" \\| ", -1))
          .map(c -> c.replace("<hex>", HEX)).toList();
      return new Row(cells.get(0), cells.get(1).strip(), cells.size() < 3 ? "" : cells.get(2),
          cells.size() < 4 ? "" : cells.get(3));
    }

    boolean refused() {
      return expected.startsWith("!");
    }
  }

  static List<Row> rows() throws IOException {
    var table = Objects.requireNonNull(ReferenceTableTest.class.getResourceAsStream("references.txt"));
    try (var in = new BufferedReader(new InputStreamReader(table, StandardCharsets.UTF_8))) {
      return in.lines().filter(l -> !l.isEmpty() && !l.startsWith("#")).map(Row::of).toList();
    }
  }

  static Stream<Row> accepted() throws IOException {
    return rows().stream().filter(r -> !r.refused());
  }

  static Stream<Row> refused() throws IOException {
    return rows().stream().filter(Row::refused);
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void isReadAsItsCanonicalSpelling(Row row) {
    ImageReference image = ImageReference.parse(row.reference);
    assertEquals(row.expected, image.canonical());
    assertEquals(image, ImageReference.parse(image.canonical()));
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void hasItsPlaceInTheCache(Row row) {
    assertEquals(new CacheLocation(row.repository, row.tag),
        CacheLocation.of(ImageReference.parse(row.reference)));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void isRefusedWithItsReason(Row row) {
    var e = assertThrows(InvalidReferenceException.class, () -> ImageReference.parse(row.reference));
    assertTrue(String.valueOf(e.getMessage()).contains(row.expected.substring(1).strip()), e.getMessage());
  }

  @Test
  void theTableIsReadWhole() throws IOException {
    assertTrue(rows().size() >= 120, "rows: " + rows().size());
  }
}
