package io.kuik.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What helm prints after an install. */
@Tag("chart")
class NotesTest {
  @TempDir
  Path directory;

  /** Helm shows notes only with a cluster, so a copy of the chart renders them into an object. */
  private String notes(String... arguments) throws IOException {
    Path copy = directory.resolve("chart");
    try (Stream<Path> files = Files.walk(Chart.DIRECTORY)) {
      for (Path file : files.toList()) {
        Path target = copy.resolve(Chart.DIRECTORY.relativize(file).toString());
        if (!Files.exists(target)) {
          Files.copy(file, target);
        }
      }
    }
    Files.copy(Chart.DIRECTORY.resolve("templates/NOTES.txt"), copy.resolve("notes"),
        StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(copy.resolve("templates/notes.yaml"),
        "kind: Notes\nmetadata: {name: notes}\ntext: {{ tpl (.Files.Get \"notes\") . | toJson }}\n");
    Helm.Outcome outcome = Chart.template(copy, arguments);
    assertEquals(0, outcome.exitCode(), outcome.errors());
    return Chart.parse(outcome.output()).get("Notes", "notes").text("text");
  }

  @Test
  void endWithThreeCommandsThatShowItWork() throws IOException {
    List<String> lines = notes().strip().lines().toList();
    List<String> commands = lines.subList(lines.size() - 3, lines.size());
    assertEquals("See it work:", lines.get(lines.size() - 4));
    assertTrue(commands.stream().allMatch(c -> c.startsWith("  kubectl ")), commands.toString());
  }

  @Test
  void warnOfAnEmptyCacheAfterRestarts() throws IOException {
    assertTrue(notes().contains("registry.persistence.enabled is false"));
  }

  @Test
  void areSilentWhenNothingIsRisky() throws IOException {
    String notes = notes("--set=registry.persistence.enabled=true");
    assertFalse(notes.contains("Please note"), notes);
    assertFalse(notes.contains("no effect"), notes);
    assertTrue(notes.contains("a volume of 20Gi"), notes);
  }

  @Test
  void warnOfRiskyValues() throws IOException {
    String notes = notes("--set=controllers.replicas=1", "--set=controllers.webhook.rewrite=Always",
        "--set=insecureRegistries={a:5000}", "--set=uninstallHook.enabled=false", "--set=rbac.create=false",
        "--set=registry.service.type=NodePort", "--set=cachedImagesExpiryDelay=0");
    for (String key : List.of("controllers.replicas", "controllers.webhook.rewrite", "insecureRegistries",
        "uninstallHook.enabled", "rbac.create", "registry.service.type", "cachedImagesExpiryDelay")) {
      assertTrue(notes.contains("  - " + key), key + " in " + notes);
    }
  }

  @Test
  void warnOfACacheThatFillsItsNodesDisk() throws IOException {
    String warning = "  - registry.emptyDir.sizeLimit is empty";
    assertTrue(notes("--set=registry.emptyDir.sizeLimit=").contains(warning));
    assertFalse(notes().contains(warning));
    assertFalse(
        notes("--set=registry.emptyDir.sizeLimit=", "--set=registry.persistence.enabled=true")
            .contains(warning));
    assertTrue(notes().contains("no persistence, at most 20Gi"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nodeSelector={\"pool\":\"a\"}", "affinity={\"nodeAffinity\":{}}",
      "tolerations=[]", "tolerations=[{\"key\":\"a\",\"operator\":\"Exists\"}]",
      "tolerations=[{\"operator\":\"Exists\",\"effect\":\"NoSchedule\"}]"})
  void warnOfNodesWithoutAProxy(String value) throws IOException {
    String notes = notes("--set-json=proxy." + value);
    assertTrue(notes.contains("  - proxy." + value.replaceAll("=.*", "") + " may leave out nodes"), notes);
  }

  @Test
  void warnOfPodsThatDoNotStartWhereEverythingIsRewritten() throws IOException {
    String notes = notes("--set=proxy.tolerations=null", "--set=controllers.webhook.rewrite=Always");
    assertTrue(notes.contains("  - proxy.tolerations may leave out nodes: pods that get there don't start"),
        notes);
  }

  @Test
  void areSilentAboutProxiesForImagesOfTheUsersOwn() throws IOException {
    String notes = notes("--set-json=proxy.nodeSelector={\"kubernetes.io/arch\":\"\"}");
    assertFalse(notes.contains("may leave out nodes"), notes);
  }

  @Test
  void warnOfTheMetricsPortThatVersionOneHad() throws IOException {
    assertTrue(notes("--set=proxy.metricsPort=8080").contains("  - proxy.metricsPort is 8080"));
  }

  @Test
  void warnOfRewritingWithoutAProof() throws IOException {
    assertTrue(notes("--set=controllers.arming.canary=false").contains("  - controllers.arming.canary"));
  }

  @Test
  void listKeysOfVersionOneThatLostTheirMeaning() throws IOException {
    String notes = notes("--set=docker-registry-ui.enabled=true", "--set=psp.create=true",
        "--set=registryUI.enabled=true", "--set=proxy.kubeApiRateLimits.qps=5",
        "--set=proxy.hostNetwork=false", "--set=proxy.hostIp=0.0.0.0", "--set=registry.httpSecret=x",
        "--set=registry.pdb.create=true", "--set=registry.serviceMonitor.create=true");
    for (String key : List.of("docker-registry-ui", "psp", "registryUI", "proxy.kubeApiRateLimits",
        "proxy.hostNetwork", "proxy.hostIp", "registry.httpSecret", "registry.pdb",
        "registry.serviceMonitor")) {
      assertTrue(notes.contains("  - " + key), key + " in " + notes);
    }
  }
}
