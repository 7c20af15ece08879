package io.kuik.e2e.outage;

import java.util.Optional;

/**
 * One question and what came of it.
 *
 * @param late
 *          whether it was asked twice, because the first answer was right but began too late
 */
public record Cell(Fault fault, Column column, Pulled pulled, boolean late) {
  /** Every answer begins within it, whatever happens: containerd gives up after 30 s. */
  private static final long BEGINS_WITHIN_MS = 10_000;

  /**
   * Asks; once more if nothing but the time was wrong. The machine also runs the cluster, two nodes and the
   * internet: a second that it took from the proxy is none of the proxy's. What is late twice is late.
   */
  public static Cell ask(Fault fault, Column column, String node, String reference) {
    Cell first = new Cell(fault, column, Pulled.from(node, reference), false);
    return first.tooLate() && first.wrongResult().isEmpty()
        ? new Cell(fault, column, Pulled.from(node, reference), true)
        : first;
  }

  private boolean tooLate() {
    return pulled.beginsMs() > BEGINS_WITHIN_MS;
  }

  private Optional<String> wrongResult() {
    return fault.expected().get(column).wrongWith(pulled);
  }

  /** What is not as it must be, in a sentence. */
  public Optional<String> complaint() {
    Optional<String> wrong = wrongResult()
        .or(() -> tooLate() ? Optional.of("an answer began after 10 s") : Optional.empty());
    return wrong.map(w -> fault.where().word() + ": " + fault.what() + " / " + column.title() + ": " + w
        + "\n  " + pulled);
  }

  /** For the table. */
  public String words() {
    return (complaint().isPresent() ? "!! " : "") + pulled.words() + (late ? ", asked twice" : "");
  }
}
