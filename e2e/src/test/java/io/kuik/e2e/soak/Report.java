package io.kuik.e2e.soak;

import io.kuik.e2e.bed.Page;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a run was and what came of it: for people, and for docs/reliability.md. */
public final class Report {
  private static final String PAGE = "docs/reliability.md";
  private static final String BEGIN = "<!-- report: written by make soak REPORT=write -->";
  private static final String END = "<!-- end of the report -->";

  private final List<String> lines = new ArrayList<>();

  /** Of a run that took so long. */
  public Report(Ledger ledger, Memories memories, Duration took, long seed) {
    long disturbances = ledger.done().values().stream().mapToLong(Long::longValue).sum();
    lines.add("%s Seed %d, %d minutes, %d disturbances, **%d losses**.".formatted(Page.where(), seed,
        took.toMinutes(), disturbances, ledger.losses().size()));
    ledger.losses().forEach(l -> lines.addAll(List.of("", "- " + l.replace('\n', ' '))));
    lines.addAll(List.of("", pods(ledger)));
    table("what happened", "times", ledger.done());
    table("what was looked at", "times", ledger.checked());
    memory(memories.courses());
  }

  private static String pods(Ledger ledger) {
    List<Duration> starts = ledger.starts();
    if (starts.isEmpty()) {
      return "No pod started.";
    }
    return "%d pods started: p50 %s, p90 %s, p99 %s, the last after %s (limit %d s).".formatted(starts.size(),
        at(starts, 50), at(starts, 90), at(starts, 99), seconds(starts.getLast()), Churn.LIMIT.toSeconds());
  }

  private static String at(List<Duration> sorted, int percent) {
    return seconds(sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100)));
  }

  private static String seconds(Duration duration) {
    return "%.1f s".formatted(duration.toMillis() / 1e3);
  }

  private void table(String what, String count, Map<String, Long> numbers) {
    lines.addAll(List.of("", "| " + what + " | " + count + " |", "|---|---|"));
    numbers.forEach((k, v) -> lines.add("| " + k + " | " + v + " |"));
  }

  private void memory(List<Memories.Course> courses) {
    lines.addAll(
        List.of("", "| resident memory, MiB | first third | last third | most |", "|---|---|---|---|"));
    courses.forEach(c -> lines.add("| %s | %d | %d | %d |".formatted(c.component(), c.early(), c.late(),
        c.most())));
  }

  /** As text. */
  public String text() {
    return String.join("\n", lines);
  }

  /** Puts it into the page. */
  public void write() {
    Page.put(PAGE, BEGIN, END, text());
  }
}
