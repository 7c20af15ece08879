package io.kuik.e2e.outage;

import io.kuik.e2e.bed.Page;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The table of what clients got: for people, and for docs/outages.md. */
public final class Matrix {
  private static final String PAGE = "docs/outages.md";
  private static final String BEGIN = "<!-- table: written by make soak OUTAGES=write -->";
  private static final String END = "<!-- end of the table -->";

  private final List<List<String>> rows = new ArrayList<>();

  /** An empty one. */
  public Matrix() {
    var head = new ArrayList<>(List.of("away", "what is wrong"));
    Arrays.stream(Column.values()).map(Column::title).forEach(head::add);
    head.addAll(List.of("containerd, cached tag", "healed after"));
    rows.add(head);
  }

  /** Adds what came of one fault. */
  public void add(Fault fault, List<String> cells) {
    var row = new ArrayList<>(List.of(fault.where().word(), fault.what()));
    row.addAll(cells);
    rows.add(row);
  }

  /** In columns. */
  public String text() {
    int[] widths = new int[rows.getFirst().size()];
    rows.forEach(r -> Arrays.setAll(widths, i -> Math.max(widths[i], r.get(i).length())));
    return rows.stream().map(r -> padded(r, widths)).collect(Collectors.joining("\n"));
  }

  private static String padded(List<String> row, int[] widths) {
    var line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(row.get(i)).repeat(" ", widths[i] - row.get(i).length() + 2);
    }
    return line.toString().stripTrailing();
  }

  /** Puts the table into the page. */
  public void write() {
    Page.put(PAGE, BEGIN, END, Page.where() + "\n\n" + markdown());
  }

  private String markdown() {
    var lines = rows.stream().map(r -> "| " + String.join(" | ", r) + " |")
        .collect(Collectors.toCollection(ArrayList::new));
    lines.add(1, "|" + "---|".repeat(rows.getFirst().size()));
    return String.join("\n", lines);
  }
}
