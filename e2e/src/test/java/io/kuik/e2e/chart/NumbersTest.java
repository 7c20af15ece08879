package io.kuik.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole numbers of a values file, which helm reads as floats: large ones stay written with all their digits.
 */
@Tag("chart")
class NumbersTest {
  private static final String NUMBERS = """
      cachedImagesExpiryDelay: 1500000
      controllers:
        replicas: 2000000
        image: {tag: 20261130}
        pdb: {create: true, minAvailable: 2000000}
        podSecurityContext: {runAsUser: 1000660000}
        tolerations: [{key: a, operator: Exists, tolerationSeconds: 2592000}]
        readinessProbe: {periodSeconds: 2592000}
      cacheWorker:
        image: {tag: 20261130}
        activeDeadlineSeconds: 2592000
        ttlSecondsAfterFinished: 2592000
      proxy:
        image: {tag: 20261130}
        revalidateSeconds: 2592000
        maxUnavailable: 2000000
      registry:
        image: {tag: 20261130}
        emptyDir: {sizeLimit: 20000000000}
        persistence: {size: 20000000000}
        garbageCollection:
          activeDeadlineSeconds: 2592000
          ttlSecondsAfterFinished: 2592000
          worker: {image: {tag: 20261130}}
      """;

  @TempDir
  Path directory;

  private String[] values(String yaml, String... arguments) throws IOException {
    Path file = Files.writeString(directory.resolve("values.yaml"), yaml);
    return Stream.concat(Stream.of("--values=" + file), Stream.of(arguments)).toArray(String[]::new);
  }

  @Test
  void noneBecomesAnExponent() throws IOException {
    for (String persistence : List.of("false", "true")) {
      Helm.Outcome outcome = Chart.template(Chart.DIRECTORY,
          values(NUMBERS, "--set=registry.persistence.enabled=" + persistence));
      assertEquals(0, outcome.exitCode(), outcome.errors());
      assertEquals(List.of(), outcome.output().lines().filter(line -> line.matches(".*[0-9]e\\+[0-9].*"))
          .toList());
    }
  }

  @Test
  void tagsAndVariablesHaveAllDigits() throws IOException {
    Chart chart = Chart.render(values(NUMBERS));
    Set<String> tags = chart.podSpecs().stream().flatMap(pod -> pod.parts("containers").stream())
        .map(container -> container.text("image").replaceFirst(".*:", "")).collect(Collectors.toSet());
    assertEquals(Set.of("20261130"), tags);
    assertTrue(chart.get("DaemonSet", Chart.NAME + "-proxy").toString()
        .contains("{\"name\":\"KUIK_REVALIDATE_SECONDS\",\"value\":\"2592000\"}"));
    assertEquals("1500000", chart.controllerConfig().text("expiryDelay"));
  }

  @Test
  void aKeyThatIsSetToNothingIsEmpty() throws IOException {
    Chart chart = Chart.render(values("""
        controllers:
          image: {tag: null}
          pdb: {create: true, maxUnavailable: null}
        """));
    assertEquals("ghcr.io/enix/kube-image-keeper/controller:0.1.0",
        chart.get("Deployment", Chart.NAME + "-controllers").text("spec/template/spec/containers/0/image"));
    assertEquals(1,
        chart.get("PodDisruptionBudget", Chart.NAME + "-controllers").number("spec/minAvailable"));
  }
}
