package io.kuik.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pods run where their images do: these are made for linux/amd64. */
@Tag("chart")
class PlacementTest {
  private static final List<String> PARTS = List.of("controllers", "cacheWorker", "proxy", "registry");
  private static final String SYSTEM = "nodeSelector/kubernetes.io~os";
  private static final String ARCHITECTURE = "nodeSelector/kubernetes.io~arch";

  /** Sets a label of the node selectors of all parts. */
  private static String[] selecting(String label) {
    return PARTS.stream().map(part -> "--set-string=" + part + ".nodeSelector." + label)
        .toArray(String[]::new);
  }

  @Test
  void everyPodAsksForANodeThatRunsItsImage() {
    for (Manifest pod : Chart.render(selecting("disk=fast")).podSpecs()) {
      assertEquals("linux", pod.text(SYSTEM), pod.toString());
      assertEquals("amd64", pod.text(ARCHITECTURE), pod.toString());
      assertEquals("fast", pod.text("nodeSelector/disk"), pod.toString());
    }
  }

  @Test
  void imagesOfTheUsersOwnMayRunElsewhere() {
    for (Manifest pod : Chart.render(selecting("kubernetes\\.io/arch=arm64")).podSpecs()) {
      assertEquals("linux", pod.text(SYSTEM), pod.toString());
      assertEquals("arm64", pod.text(ARCHITECTURE), pod.toString());
    }
  }

  @Test
  void imagesOfManyArchitecturesMayRunAnywhere() {
    for (Manifest pod : Chart.render(selecting("kubernetes\\.io/arch=")).podSpecs()) {
      assertEquals("linux", pod.text(SYSTEM), pod.toString());
      assertFalse(pod.has(ARCHITECTURE), pod.toString());
    }
  }

  @Test
  void otherLabelsMayBeEmpty() {
    for (Manifest pod : Chart.render(selecting("infra=")).podSpecs()) {
      assertEquals("", pod.text("nodeSelector/infra"), pod.toString());
    }
  }
}
