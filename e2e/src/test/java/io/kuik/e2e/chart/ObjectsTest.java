package io.kuik.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which objects the chart makes, and what is common to them. */
@Tag("chart")
class ObjectsTest {
  private static final String LABELS = "metadata/labels/app.kubernetes.io~";

  @Test
  void passesLint() {
    Helm.Outcome outcome = Helm.run("lint", "--strict", Chart.DIRECTORY.toString());
    assertEquals(0, outcome.exitCode(), outcome.output() + outcome.errors());
  }

  @Test
  void defaultValuesMakeExactlyTheseObjects() {
    assertEquals(List.of("Certificate/kube-image-keeper-serving-cert",
        "ClusterRole/kube-image-keeper-controllers", "ClusterRole/kube-image-keeper-uninstall",
        "ClusterRoleBinding/kube-image-keeper-controllers", "ClusterRoleBinding/kube-image-keeper-uninstall",
        "ConfigMap/kube-image-keeper-cache-worker", "ConfigMap/kube-image-keeper-controllers",
        "ConfigMap/kube-image-keeper-garbage-collection", "ConfigMap/kube-image-keeper-registry",
        "CustomResourceDefinition/cachedimages.kuik.enix.io",
        "DaemonSet/kube-image-keeper-proxy", "Deployment/kube-image-keeper-controllers",
        "Issuer/kube-image-keeper-selfsigned-issuer", "Job/kube-image-keeper-uninstall",
        "MutatingWebhookConfiguration/zz-kube-image-keeper", "Role/kube-image-keeper-controllers",
        "Role/kube-image-keeper-garbage-collection", "Role/kube-image-keeper-uninstall",
        "RoleBinding/kube-image-keeper-controllers", "RoleBinding/kube-image-keeper-garbage-collection",
        "RoleBinding/kube-image-keeper-uninstall", "Service/kube-image-keeper-registry",
        "Service/kube-image-keeper-registry-headless", "Service/kube-image-keeper-webhook",
        "ServiceAccount/kube-image-keeper-cache-worker", "ServiceAccount/kube-image-keeper-controllers",
        "ServiceAccount/kube-image-keeper-garbage-collection", "ServiceAccount/kube-image-keeper-proxy",
        "ServiceAccount/kube-image-keeper-registry",
        "ServiceAccount/kube-image-keeper-uninstall", "StatefulSet/kube-image-keeper-registry",
        "ValidatingAdmissionPolicy/kube-image-keeper-controllers-canaries",
        "ValidatingAdmissionPolicy/kube-image-keeper-controllers-images",
        "ValidatingAdmissionPolicy/kube-image-keeper-controllers-jobs",
        "ValidatingAdmissionPolicy/kube-image-keeper-controllers-pods",
        "ValidatingAdmissionPolicyBinding/kube-image-keeper-controllers-canaries",
        "ValidatingAdmissionPolicyBinding/kube-image-keeper-controllers-images",
        "ValidatingAdmissionPolicyBinding/kube-image-keeper-controllers-jobs",
        "ValidatingAdmissionPolicyBinding/kube-image-keeper-controllers-pods"), Chart.render().names());
  }

  @Test
  void switchesAddAndRemoveObjects() {
    assertFalse(Chart.render("--set=installCRD=false").has("CustomResourceDefinition"));
    assertFalse(Chart.render("--set=uninstallHook.enabled=false").has("Job"));
    assertFalse(Chart.render("--set=rbac.create=false").has("ClusterRole"));
    Chart monitored = Chart.render("--set=controllers.podMonitor.create=true",
        "--set=proxy.podMonitor.create=true");
    assertEquals("ops", monitored.get("PodMonitor", Chart.NAME + "-proxy")
        .text("spec/podMetricsEndpoints/0/port"));
    assertTrue(monitored.names().contains("PodMonitor/kube-image-keeper-controllers"));
  }

  @Test
  void disruptionBudgetHasOneBound() {
    Manifest minimum = Chart.render("--set=controllers.pdb.create=true").get("PodDisruptionBudget",
        Chart.NAME + "-controllers");
    assertEquals(1, minimum.number("spec/minAvailable"));
    assertFalse(minimum.has("spec/maxUnavailable"));
    Manifest maximum = Chart
        .render("--set=controllers.pdb.create=true", "--set=controllers.pdb.maxUnavailable=50%")
        .get("PodDisruptionBudget", Chart.NAME + "-controllers");
    assertEquals("50%", maximum.text("spec/maxUnavailable"));
    assertFalse(maximum.has("spec/minAvailable"));
  }

  @Test
  void noSecretIsRendered() {
    Chart chart = Chart.render("--set=registry.httpSecret=abc");
    assertFalse(chart.has("Secret"));
    assertFalse(chart.manifests().toString().contains("abc\""));
  }

  @Test
  void everyObjectCarriesTheRecommendedLabels() {
    for (Manifest manifest : Chart.render().manifests()) {
      assertEquals(Chart.NAME, manifest.text(LABELS + "name"), manifest.name());
      assertEquals(Chart.NAME, manifest.text(LABELS + "instance"), manifest.name());
      assertEquals(Chart.NAME, manifest.text(LABELS + "part-of"), manifest.name());
      assertEquals("Helm", manifest.text(LABELS + "managed-by"), manifest.name());
      assertEquals("0.1.0", manifest.text(LABELS + "version"), manifest.name());
      assertTrue(Set.of("controllers", "proxy", "registry", "cache-worker", "garbage-collection",
          "uninstall")
          .contains(manifest.text(LABELS + "component")), manifest.name());
    }
  }

  @Test
  void podsAndSelectorsDoNotChangeWithTheChartsVersion() {
    for (Manifest manifest : Chart.render().manifests()) {
      if (manifest.has("spec/template")) {
        Set<String> labels = manifest.part("spec/template/metadata/labels").json().keySet();
        assertFalse(labels.contains("helm.sh/chart"), manifest.name());
        assertFalse(labels.contains("app.kubernetes.io/version"), manifest.name());
      }
    }
  }

  @Test
  void anotherNameKeepsTheLabelsThatTheControllersLookFor() {
    Chart chart = Chart.render("--set=nameOverride=cache");
    Manifest proxy = chart.get("DaemonSet", "kube-image-keeper-cache-proxy");
    assertEquals(Chart.NAME, proxy.text("spec/template/" + LABELS + "name"));
    assertEquals("kube-image-keeper-cache", chart.configMap("kube-image-keeper-cache-controllers",
        "controller.json").text("fullname"));
    assertTrue(Chart.render("--set=fullnameOverride=kuik").names().contains("Deployment/kuik-controllers"));
  }

  @Test
  void listsAndMapsThatAreSetToNullAreEmpty() {
    Manifest config = Chart.render("--set=insecureRegistries=null", "--set=cacheWorker.env=null",
        "--set=controllers.webhook.ignoredNamespaces=null", "--set=controllers.webhook.ignoredImages=null",
        "--set=controllers.webhook.acceptedImages=null", "--set=controllers.webhook.ignoredOwners=null",
        "--set=controllers.podSecurityContext=null", "--set=registry.readinessProbe=null",
        "--set=controllers.webhook.objectSelector.matchExpressions=null").controllerConfig();
    assertEquals("[]", config.at("insecureRegistries").toString());
    assertEquals("{\"matchExpressions\":[]}", config.at("objectSelector").toString());
  }

  @Test
  void imagesAreTheReleasesUnlessSaidOtherwise() {
    assertEquals(
        Set.of("ghcr.io/enix/kube-image-keeper/controller:0.1.0",
            "ghcr.io/enix/kube-image-keeper/cache-worker:0.1.0",
            "ghcr.io/enix/kube-image-keeper/gc-worker:0.1.0", "ghcr.io/enix/kube-image-keeper/proxy:0.1.0",
            "registry:3"),
        images(Chart.render()));
    String digest = "sha256:" + "0".repeat(64);
    assertTrue(images(Chart.render("--set=proxy.image.repository=example.com/p", "--set=proxy.image.tag=9",
        "--set=proxy.image.digest=" + digest)).contains("example.com/p:9@" + digest));
  }

  @Test
  void sharedSettingsReachEveryComponent() {
    Map<String, String> specs = Map.of("controllers", "Deployment/kube-image-keeper-controllers", "proxy",
        "DaemonSet/kube-image-keeper-proxy", "registry", "StatefulSet/kube-image-keeper-registry");
    for (var entry : specs.entrySet()) {
      assertPlaced(entry.getKey(), chart -> {
        String[] name = entry.getValue().split("/");
        return chart.get(name[0], name[1]).part("spec/template");
      });
    }
    assertPlaced("cacheWorker", chart -> chart.copyJob().part("spec/template"));
  }

  private static void assertPlaced(String key, Function<Chart, Manifest> template) {
    Manifest pod = template.apply(Chart.render("--set=" + key + ".imagePullSecrets[0].name=pull",
        "--set=" + key + ".nodeSelector.disk=fast", "--set=" + key + ".priorityClassName=high",
        "--set=" + key + ".tolerations[0].key=t", "--set=" + key + ".tolerations[0].operator=Exists",
        "--set-json=" + key + ".affinity={\"nodeAffinity\":{}}",
        "--set-string=" + key + ".podAnnotations.note=x", "--set=" + key + ".env[0].name=HTTPS_PROXY",
        "--set=" + key + ".env[0].value=http://p", "--set=" + key + ".resources.limits.memory=1Ti",
        "--set=" + key + ".podSecurityContext.runAsUser=7",
        "--set=" + key + ".securityContext.runAsGroup=8"));
    assertEquals("pull", pod.text("spec/imagePullSecrets/0/name"), key);
    assertEquals("fast", pod.text("spec/nodeSelector/disk"), key);
    assertEquals("high", pod.text("spec/priorityClassName"), key);
    assertEquals("t", pod.text("spec/tolerations/0/key"), key);
    assertTrue(pod.has("spec/affinity/nodeAffinity"), key);
    assertEquals("x", pod.text("metadata/annotations/note"), key);
    assertEquals(7, pod.number("spec/securityContext/runAsUser"), key);
    assertTrue(pod.part("spec/securityContext").json().get("runAsNonRoot").getAsBoolean(), key);
    for (Manifest container : pod.parts("spec/containers")) {
      assertEquals("1Ti", container.text("resources/limits/memory"), key);
      assertEquals(8, container.number("securityContext/runAsGroup"), key);
      assertTrue(container.list("env").stream().map(JsonElement::toString)
          .anyMatch(env -> env.contains("HTTPS_PROXY")), key);
    }
  }

  private static Set<String> images(Chart chart) {
    return chart.podSpecs().stream().flatMap(pod -> pod.parts("containers").stream())
        .map(container -> container.text("image")).collect(Collectors.toSet());
  }
}
