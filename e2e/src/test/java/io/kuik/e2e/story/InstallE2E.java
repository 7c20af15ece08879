package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import io.kuik.e2e.bed.Workloads;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Chapter 1: the install, in a cluster where a pod runs already. */
@Order(1)
class InstallE2E {
  @BeforeAll
  static void beginAnew() {
    Bed.internet("heal", "all");
    Bed.internet("restore", "all");
    Release.clearAway(List.of(Story.USERS, Story.IGNORED, "restricted"));
    Bed.loadProductImages();
  }

  @Test
  @Order(1)
  void aPodRunsBeforeTheInstall() {
    List.of(Story.USERS, Story.IGNORED, Release.NAMESPACE)
        .forEach(n -> Kube.kubectl("create", "namespace", n));
    Kube.kubectl("-n", Release.NAMESPACE, "create", "secret", "generic", "test-ca",
        "--from-file=ca.crt=" + Bed.UPSTREAM_CA);
    Kube.apply(Workloads.pod(Story.USERS, "before", "registry.example.test/team/app:v1", "", ""));
    Kube.kubectl("-n", Story.USERS, "wait", "--for=condition=Ready", "pod/before", "--timeout=60s");
  }

  @Test
  @Order(2)
  void helmInstallMakesEverythingReady() {
    long start = System.nanoTime();
    Release.install(Story.VALUES);
    Release.awaitReady(Duration.ofMinutes(3));
    Story.measured("helm install until pods are rewritten",
        Story.seconds(Duration.ofNanos(System.nanoTime() - start)));
    assertEquals(2, Release.pods("controllers").size());
    assertEquals(Bed.NODES.size(), Release.pods("proxy").size());
    assertEquals(1, Release.pods("registry").size());
    Memory.measure("idle");
  }

  @Test
  @Order(3)
  void everyPodButTheProxyPassesTheRestrictedLevel() {
    Kube.kubectl("create", "namespace", "restricted");
    Kube.kubectl("label", "namespace", "restricted", "pod-security.kubernetes.io/enforce=restricted");
    for (String component : List.of("controllers", "registry")) {
      assertAdmitted(component, Release.pods(component).getFirst());
    }
    Bed.Result proxy = admit(Release.pods("proxy").getFirst());
    assertTrue(proxy.exit() != 0 && proxy.error().contains("hostNetwork"), proxy.error());
    assertFalse(proxy.error().contains("seccomp") || proxy.error().contains("capabilities")
        || proxy.error().contains("allowPrivilegeEscalation") || proxy.error().contains("runAsNonRoot"),
        proxy.error());
  }

  /** Its Job's pod is checked where there is one: in the next chapter. */
  static void assertAdmitted(String component, JsonObject pod) {
    Bed.Result result = admit(pod);
    assertEquals(0, result.exit(), component + ": " + result.error());
  }

  private static Bed.Result admit(JsonObject pod) {
    JsonObject copy = pod.deepCopy();
    JsonObject metadata = new JsonObject();
    metadata.addProperty("name", "dry-run");
    metadata.addProperty("namespace", "restricted");
    copy.add("metadata", metadata);
    copy.remove("status");
    JsonObject spec = copy.getAsJsonObject("spec");
    List.of("nodeName", "serviceAccountName", "serviceAccount", "priority", "volumes").forEach(spec::remove);
    spec.getAsJsonArray("containers").forEach(c -> c.getAsJsonObject().remove("volumeMounts"));
    spec.addProperty("automountServiceAccountToken", false);
    return Bed.attempt(copy.toString(), "kubectl", "create", "--dry-run=server", "-f", "-");
  }

  @Test
  @Order(4)
  void thePodFromBeforeIsLabelledAndItsImageCachedUnderItsOwnName() {
    Eventually.holds("the image of the pod from before is cached", Story.SOON,
        () -> Kube.cached("registry.example.test/team/app:v1"), Release::describe);
    JsonObject pod = Kube.get("-n", Story.USERS, "pod", "before");
    assertEquals("true", Kube.mark(pod, "labels", "kuik.enix.io/managed"));
    assertEquals("registry.example.test/team/app:v1", Kube.image(pod));
    assertEquals("0", Kube.text(Kube.objects(pod, "status", "containerStatuses").getFirst(), "restartCount"));
  }
}
