package io.kuik.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every value stands in values.yaml with a sentence, in the README's table, and in the schema. */
@Tag("chart")
class DocumentationTest {
  private static final Path README = Chart.DIRECTORY.resolve("README.md");
  private static final String BEGIN = "<!-- values: made from the comments in values.yaml -->\n";
  private static final String END = "<!-- end of values -->\n";

  /** Run with {@code -Dchart=write} to bring the table up to date. */
  @Test
  void theReadmesTableIsMadeFromTheComments() throws IOException {
    String readme = Files.readString(README);
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    int end = readme.indexOf(END);
    String table = DocumentedValue.all().stream().map(DocumentedValue::asTableRow)
        .collect(Collectors.joining("\n", "| key | default | what it does |\n|---|---|---|\n", "\n"));
    if ("write".equals(System.getProperty("chart"))) {
      Files.writeString(README, readme.substring(0, begin) + table + readme.substring(end));
    } else {
      assertEquals(table, readme.substring(begin, end), "run the tests with -Dchart=write");
    }
  }

  @Test
  void everyValueHasASentence() throws IOException {
    List<DocumentedValue> documented = DocumentedValue.all();
    for (String path : leaves()) {
      assertTrue(documented.stream().anyMatch(value -> value.covers(path)), "no comment describes " + path);
    }
    for (DocumentedValue value : documented) {
      assertTrue(value.description().endsWith(".") || value.description().endsWith(")."), value.path());
    }
  }

  /** Who pushes the images to a registry of their own is told all values that name them. */
  @Test
  void everyImageOfOursIsInWhatAPushSays() throws IOException {
    String push = Files.readString(Path.of("../build/push"));
    List<String> rows = DocumentedValue.all().stream().filter(v -> v.path().endsWith("image.repository"))
        .map(DocumentedValue::asTableRow).filter(r -> r.contains("ghcr.io/")).toList();
    assertEquals(4, rows.size(), rows::toString);
    for (String row : rows) {
      String option = row.replaceFirst("^\\| `([^`]*)` \\| `\"ghcr[^`]*/([a-z-]+)\"`.*$",
          "--set $1=\\$registry/$2");
      assertTrue(push.contains(option), option);
    }
  }

  @Test
  void everyValueIsInTheSchema() throws IOException {
    Manifest schema = Manifest.parse(Files.readString(Chart.DIRECTORY.resolve("values.schema.json")));
    for (DocumentedValue value : DocumentedValue.all()) {
      Manifest here = schema;
      for (String step : value.path().split("\\.", -1)) {
        assertTrue(here.has("properties/" + step), "not in the schema: " + value.path());
        here = here.part("properties/" + step);
        if (here.has("$ref")) {
          here = schema.part(here.text("$ref").substring(2));
        }
      }
    }
  }

  private static List<String> leaves() throws IOException {
    List<String> leaves = new ArrayList<>();
    Manifest values = Chart.parse(Files.readString(Chart.DIRECTORY.resolve("values.yaml"))).manifests()
        .getFirst();
    collect("", values.json(), leaves);
    return leaves;
  }

  private static void collect(String path, JsonElement value, List<String> leaves) {
    if (!value.isJsonObject() || value.getAsJsonObject().isEmpty()) {
      leaves.add(path);
      return;
    }
    for (Map.Entry<String, JsonElement> entry : value.getAsJsonObject().entrySet()) {
      collect(path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue(), leaves);
    }
  }
}
