package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import io.kuik.e2e.bed.Workloads;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Chapter 8: pods and images that are none of our business, or that we could not serve. */
@Order(8)
class LeftAloneE2E {
  private static final String IMAGE = "nginx:1.27";

  @AfterAll
  static void clear() {
    Kube.kubectl("-n", Story.USERS, "delete", "pod", "--all", "--wait=false");
  }

  private static JsonObject dryRun(String namespace, String metadata, String spec) {
    return Kube.create(Workloads.pod(namespace, "excluded", IMAGE, metadata, spec), "--dry-run=server");
  }

  private static void assertNothingChanged(JsonObject pod) {
    assertEquals(IMAGE, Kube.image(pod));
    assertEquals("", Kube.mark(pod, "labels", "kuik.enix.io/managed"));
    assertEquals("", Kube.mark(pod, "annotations", "kuik.enix.io/rewrite-images"));
  }

  @Test
  @Order(1)
  void anOrdinaryPodIsRewrittenSoThatTheNextTestsMeanSomething() {
    assertEquals("localhost:7439/docker.io/library/nginx:1.27", Kube.image(dryRun(Story.USERS, "", "")));
  }

  @Test
  @Order(2)
  void podsThatOptOutByLabel() {
    assertNothingChanged(
        dryRun(Story.USERS, "labels: {kube-image-keeper.enix.io/image-caching-policy: ignore}", ""));
  }

  @Test
  @Order(3)
  void podsOfIgnoredNamespaces() {
    assertNothingChanged(dryRun(Story.IGNORED, "", ""));
    assertNothingChanged(dryRun("kube-system", "", ""));
    assertNothingChanged(dryRun(Release.NAMESPACE, "", ""));
  }

  @Test
  @Order(4)
  void podsThatTheObjectSelectorExcludes() {
    assertNothingChanged(dryRun(Story.USERS, "labels: {e2e: excluded}", ""));
  }

  @Test
  @Order(5)
  void mirrorPods() {
    assertNothingChanged(
        dryRun(Story.USERS, "annotations: {kubernetes.io/config.mirror: abc}", "nodeName: n1"));
  }

  @Test
  @Order(6)
  void podsThatTheNodesNeed() {
    assertNothingChanged(dryRun(Story.USERS, "", "priorityClassName: system-node-critical"));
    assertNothingChanged(dryRun(Story.USERS, "", "priorityClassName: system-cluster-critical"));
  }

  @Test
  @Order(7)
  void podsThatOnlyWindowsNodesTake() {
    assertNothingChanged(dryRun(Story.USERS, "", "os: {name: windows}"));
    assertNothingChanged(dryRun(Story.USERS, "", "nodeSelector: {kubernetes.io/os: windows}"));
    assertNothingChanged(dryRun(Story.USERS, "", affinity("windows")));
    JsonObject either = dryRun(Story.USERS, "", affinity("windows, linux"));
    assertEquals("localhost:7439/docker.io/library/nginx:1.27", Kube.image(either));
  }

  private static String affinity(String systems) {
    return "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms:"
        + " [{matchExpressions: [{key: kubernetes.io/os, operator: In, values: [" + systems + "]}]}]}}}";
  }

  @Test
  @Order(8)
  void imagesThatAreNeverPulled() {
    String pod = Workloads.pod(Story.USERS, "excluded", IMAGE, "", "").replace("IfNotPresent", "Never");
    assertNothingChanged(Kube.create(pod, "--dry-run=server"));
  }

  private static JsonObject assertLabelledAndUntouched(String name, String image, String reason) {
    JsonObject pod = Kube.get("-n", Story.USERS, "pod", name);
    assertEquals(image, Kube.image(pod));
    assertEquals("true", Kube.mark(pod, "labels", "kuik.enix.io/managed"));
    assertEquals("false", Kube.mark(pod, "annotations", "kuik.enix.io/rewrite-images"));
    String why = Kube.mark(pod, "annotations", "kuik.enix.io/untouched");
    assertTrue(why.contains("\"reason\":\"" + reason + "\""), why);
    return pod;
  }

  @Test
  @Order(9)
  void anImageThatOnlyTheNodesHaveStartsAsWithoutUs() {
    Kube.apply(Workloads.pod(Story.USERS, "local", "kuik.test/tool:1", "", ""));
    assertLabelledAndUntouched("local", "kuik.test/tool:1", "UpstreamUnavailable");
    Kube.kubectl("-n", Story.USERS, "wait", "--for=condition=Ready", "pod/local", "--timeout=60s");
  }

  @Test
  @Order(10)
  void anImageWhoseRegistryHangsIsAdmittedWithinASecond() {
    double first = reviewed("hanging");
    assertLabelledAndUntouched("hanging", "hanging.example.test/a/b:1", "UpstreamUnavailable");
    assertTrue(first >= 0.9 && first <= 1.2, "the review took " + first + " s");
    double again = reviewed("hanging-again");
    assertTrue(again <= 0.2, "a registry that just did not answer is not asked again: " + again + " s");
    Story.measured("review of a pod whose image's registry hangs",
        "%.2f s, the next one %.3f s".formatted(first, again));
  }

  /** Seconds that the webhook itself took for a pod: kubectl's own time would blur them. */
  private static double reviewed(String name) {
    double before = Release.metric("kube_image_keeper_controller_review_duration_seconds_sum");
    Kube.create(Workloads.pod(Story.USERS, name, "hanging.example.test/a/b:1", "", ""));
    return Release.metric("kube_image_keeper_controller_review_duration_seconds_sum") - before;
  }

  @Test
  @Order(11)
  void anUpdateNeverRewritesAPodThatWasNotRewritten() {
    Kube.kubectl("-n", Story.USERS, "set", "image", "pod/before",
        "main=registry.example.test/team/app-schema2:v1");
    assertEquals("registry.example.test/team/app-schema2:v1",
        Kube.image(Kube.get("-n", Story.USERS, "pod", "before")));
  }
}
