package io.kuik.e2e.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever word the product shows its users, the manual explains. */
@Tag("chart")
class ManualTest {
  private static final String MANUAL = Repository.manual();
  /** A constant of CopyOutcome: its name, and the word that users see. */
  private static final Pattern OUTCOME = Pattern.compile("([A-Z_]+)\\(\\s*\"([A-Za-z]+)\",\\s*\\d+");

  private static void assertExplained(Set<String> words) {
    List<String> missing = words.stream().filter(w -> !MANUAL.contains("`" + w + "`")).toList();
    assertEquals(List.of(), missing, "not in README.md or docs/, in backquotes");
  }

  private static List<MatchResult> outcomes() {
    String source = Repository
        .read(Repository.root().resolve("model/src/main/java/io/kuik/model/CopyOutcome.java"));
    return OUTCOME.matcher(source).results().toList();
  }

  @Test
  void everyOutcomeOfACopy() {
    Set<String> reasons = outcomes().stream().map(o -> o.group(2)).collect(Collectors.toSet());
    assertTrue(reasons.size() >= 15, reasons.toString());
    assertExplained(reasons);
  }

  @Test
  void everyOtherReasonOfACachedImage() {
    Set<String> reasons = Repository.inSources("controller",
        "new Condition\\(\\s*\"[A-Za-z]+\",\\s*\"([A-Za-z]+)\"");
    assertTrue(reasons.containsAll(Set.of("Waiting", "Copying", "Missing")), reasons.toString());
    assertExplained(reasons);
  }

  @Test
  void everyReasonToLeaveAnImageAlone() {
    var reasons = new TreeSet<>(Repository.inSources("controller", "new Untouched\\(\\s*\"([A-Za-z]+)\","));
    reasons.addAll(Repository.inSources("controller", "unwanted\\(\\s*\"([A-Za-z]+)\","));
    assertTrue(reasons.containsAll(Set.of("NotArmed", "PullPolicyNever")), reasons.toString());
    // The others are made of the outcome of asking the upstream: "Upstream" and its word.
    Set<String> asked = Repository.inSources("registry-client", "super\\(CopyOutcome\\.([A-Z_]+),");
    outcomes().stream().filter(o -> asked.contains(o.group(1)))
        .forEach(o -> reasons.add("Upstream" + o.group(2).replace("Upstream", "")));
    assertTrue(reasons.contains("UpstreamUnauthorized"), reasons.toString());
    assertExplained(reasons);
  }

  @Test
  void everyWordWhyNothingIsRewritten() {
    String page = Repository.read(Repository.root().resolve("docs/operations.md"));
    String source = Repository.read(
        Repository.root().resolve("controller/src/main/java/io/kuik/controller/arming/Obstacle.java"));
    Set<String> words = Pattern.compile("  [A-Z_]+\\(\"([A-Za-z]+)\"\\)[,;]").matcher(source).results()
        .map(r -> r.group(1)).collect(Collectors.toSet());
    assertTrue(words.containsAll(Set.of("NoProxy", "CanaryFailed")), words.toString());
    assertEquals(List.of(), words.stream().filter(w -> !page.contains("| `" + w + "` |")).toList(),
        "not in docs/operations.md");
  }

  @Test
  void everyMetric() {
    assertMetrics("controller", "kube_image_keeper_controller_");
    assertMetrics("proxy", "kube_image_keeper_proxy_");
  }

  private static void assertMetrics(String module, String prefix) {
    String page = Repository.read(Repository.root().resolve("docs/metrics.md"));
    Set<String> names = Repository.inSources(module, "\\.name\\(PREFIX \\+ \"([a-z_]+)\"");
    assertTrue(names.size() >= 5, names.toString());
    List<String> missing = names.stream().filter(n -> !page.matches("(?s).*`" + prefix + n + "(_total)?`.*"))
        .toList();
    assertEquals(List.of(), missing, "not in docs/metrics.md");
  }

  @Test
  void everyDependency() {
    String page = Repository.read(Repository.root().resolve("docs/dependencies.md"));
    Set<String> ours = Set.of("kuik-parent", "model", "registry-client", "controller", "cache-worker",
        "gc-worker", "proxy", "e2e", "runtime");
    Pattern artifact = Pattern.compile("<artifactId>([^<$]+)</artifactId>");
    Set<String> missing = Repository.poms().stream()
        .flatMap(p -> artifact.matcher(Repository.read(p)).results()).map(r -> r.group(1))
        .filter(a -> !ours.contains(a) && !page.contains("`" + a + "`"))
        .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(), missing, "not in docs/dependencies.md");
  }
}
