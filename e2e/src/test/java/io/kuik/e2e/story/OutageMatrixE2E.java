package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.NodeImages;
import io.kuik.e2e.bed.Release;
import io.kuik.e2e.outage.Cell;
import io.kuik.e2e.outage.Column;
import io.kuik.e2e.outage.Expected;
import io.kuik.e2e.outage.Fault;
import io.kuik.e2e.outage.Faults;
import io.kuik.e2e.outage.Matrix;
import io.kuik.e2e.outage.Pulled;
import io.kuik.e2e.outage.RowImages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Chapter 15: whatever fails, what a node asks for comes right, or an error comes in time. One row per fault;
 * all rows with {@code -Doutages=all}, and into docs/outages.md with {@code -Doutages=write}.
 */
@Order(15)
class OutageMatrixE2E {
  private static final String NODE = "n1";
  private static final Duration HEALING = Duration.ofSeconds(90);
  private static final String MODE = System.getProperty("kuik.outages", "few");
  /** Served by the cache alone: its upstream has lost it. */
  private static final String ONLY_CACHED = "docker.io/outage/only-cached:1";
  /** Served by the upstream alone. */
  private static final String ONLY_UPSTREAM = "docker.io/outage/only-upstream:1";

  private final List<Fault> faults = Faults.rows(!MODE.equals("few"));
  private final List<RowImages> images = IntStream.range(0, faults.size())
      .mapToObj(i -> RowImages.of(i, faults.get(i).uncachedHost())).toList();
  private final Matrix matrix = new Matrix();
  private final List<String> complaints = new ArrayList<>();

  @AfterEach
  void heal() {
    Fault.heal();
  }

  @AfterAll
  static void restore() {
    Bed.internet("restore", "all");
    NodeImages.removeUserImages();
    Kube.list("cachedimages").stream().map(i -> Kube.text(i, "metadata", "name"))
        .filter(n -> n.startsWith("docker-io-outage-"))
        .forEach(n -> Kube.kubectl("delete", "cachedimage", n));
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void whateverFailsTheRightBytesComeOrAnErrorComesInTime() {
    prepare();
    for (int row = 0; row < faults.size(); row++) {
      List<String> cells = ask(faults.get(row), images.get(row));
      matrix.add(faults.get(row), cells);
    }
    System.out.println(matrix.text());
    if (MODE.equals("write")) {
      matrix.write();
    }
    assertEquals(List.of(), complaints, () -> String.join("\n", complaints));
  }

  private void prepare() {
    List<String> cached = new ArrayList<>(images.stream().flatMap(i -> i.toCache().stream()).toList());
    cached.add(ONLY_CACHED);
    cached.parallelStream().forEach(RowImages::push);
    images.parallelStream().map(i -> i.uncached() + ":1").filter(i -> i.startsWith("docker.io/"))
        .forEach(RowImages::push);
    RowImages.push(ONLY_UPSTREAM);
    RowImages.cache(cached);
    Bed.run("internet", "delete", ONLY_CACHED);
  }

  private List<String> ask(Fault fault, RowImages row) {
    Eventually.holds("both sources serve", HEALING, OutageMatrixE2E::well, Release::describe);
    var references = new EnumMap<Column, String>(Column.class);
    for (Column column : Column.values()) {
      references.put(column, row.reference(column));
    }
    fault.make(row);
    var cells = new ArrayList<String>();
    for (var asked : references.entrySet()) {
      Cell cell = Cell.ask(fault, asked.getKey(), NODE, asked.getValue());
      cell.complaint().ifPresent(complaints::add);
      cells.add(cell.words());
    }
    cells.add(byContainerd(fault, row.toCache().getFirst()));
    Fault.heal();
    long start = System.nanoTime();
    Eventually.holds("both sources serve after: " + fault.what(), HEALING, OutageMatrixE2E::well,
        Release::describe);
    cells.add(Story.seconds(Duration.ofNanos(System.nanoTime() - start)));
    System.out.println(fault.where() + " " + fault.what() + ": " + cells);
    return cells;
  }

  private static boolean well() {
    return Pulled.from(NODE, ONLY_CACHED).end().equals("ok")
        && Pulled.from(NODE, ONLY_UPSTREAM).end().equals("ok");
  }

  /** A real pull; the kubelet tries again, and so does this. */
  private String byContainerd(Fault fault, String image) {
    boolean right = fault.expected().get(Column.CACHED_TAG) instanceof Expected.Right;
    Bed.Result pull = pull(image);
    int tries = 1;
    while (right && pull.exit() != 0 && tries < 3) {
      pull = pull(image);
      tries++;
    }
    if (right != (pull.exit() == 0)) {
      complaints.add(fault.where() + " " + fault.what() + " / containerd: exit code " + pull.exit() + "\n  "
          + pull.error());
    }
    return (pull.exit() == 0 ? "pulled, " : "refused, ") + pull.took().toMillis() + " ms"
        + (tries > 1 ? ", try " + tries : "");
  }

  private static Bed.Result pull(String image) {
    return Bed.attempt("", "crictl", NODE, "pull", "localhost:7439/" + image);
  }
}
