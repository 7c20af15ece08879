package io.kuik.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The Pod Security level "restricted", and more: for every pod, but for the proxy's host network. */
@Tag("chart")
class PodSecurityTest {
  private static final String PROXY = "kube-image-keeper-proxy";
  private static final Set<String> VOLUMES = Set.of("configMap", "secret", "emptyDir", "projected",
      "persistentVolumeClaim");

  @Test
  void podsAreNonRootWithDefaultSeccomp() {
    List<Manifest> pods = Chart.render().podSpecs();
    assertEquals(6, pods.size());
    for (Manifest pod : pods) {
      assertTrue(pod.at("securityContext/runAsNonRoot").getAsBoolean(), pod.toString());
      assertEquals(65532, pod.number("securityContext/runAsUser"), pod.toString());
      assertEquals("RuntimeDefault", pod.text("securityContext/seccompProfile/type"), pod.toString());
    }
  }

  @Test
  void containersHaveNoPrivilegeAndAReadOnlyRoot() {
    for (Manifest pod : Chart.render("--set=registry.persistence.enabled=true").podSpecs()) {
      for (Manifest container : containers(pod)) {
        Manifest context = container.part("securityContext");
        assertFalse(context.at("allowPrivilegeEscalation").getAsBoolean(), container.toString());
        assertTrue(context.at("readOnlyRootFilesystem").getAsBoolean(), container.toString());
        assertEquals(List.of("ALL"), context.texts("capabilities/drop"), container.toString());
        assertFalse(context.has("capabilities/add") || context.has("privileged"), container.toString());
      }
    }
  }

  private static List<Manifest> containers(Manifest pod) {
    return Stream.concat(pod.parts("initContainers").stream(), pod.parts("containers").stream()).toList();
  }

  @Test
  void onlyTheProxyUsesTheNode() {
    for (Manifest pod : Chart.render().podSpecs()) {
      assertFalse(pod.has("hostPID") || pod.has("hostIPC"), pod.toString());
      boolean proxy = pod.text("serviceAccountName").equals(PROXY);
      assertEquals(proxy, pod.has("hostNetwork"), pod.toString());
      for (Manifest container : pod.parts("containers")) {
        assertEquals(proxy, container.parts("ports").stream().anyMatch(port -> port.has("hostPort")),
            container.toString());
      }
      for (Manifest volume : pod.parts("volumes")) {
        assertTrue(volume.json().keySet().stream().anyMatch(VOLUMES::contains), volume.toString());
      }
    }
  }

  @Test
  void onlyControllersAndTheUninstallHookGetAToken() {
    for (Manifest pod : Chart.render().podSpecs()) {
      boolean speaksToKubernetes = Set.of("kube-image-keeper-controllers", "kube-image-keeper-uninstall")
          .contains(pod.text("serviceAccountName"));
      assertEquals(speaksToKubernetes, pod.at("automountServiceAccountToken").getAsBoolean(), pod.toString());
    }
  }

  @Test
  void withoutServiceAccountsOfOurOwnPodsUseTheDefaultOne() {
    for (Manifest pod : Chart
        .render("--set=serviceAccount.create=false", "--set=registry.serviceAccount.create=false",
            "--set=rbac.create=false")
        .podSpecs()) {
      assertEquals("default", pod.text("serviceAccountName"));
    }
  }
}
