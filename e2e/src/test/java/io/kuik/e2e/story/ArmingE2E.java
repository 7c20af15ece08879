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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Chapter 20: nothing is rewritten before each node has proven that its runtime reaches its proxy. */
@Order(20)
class ArmingE2E {
  private static final String BROKEN = "n2";
  private static final String TAKEN_BACK = "kube_image_keeper_controller_doubted_nodes_total{result=\"TakenBack\"}";
  /** What CRI-O does unless it is told otherwise: TLS, to a proxy that speaks plain http. */
  private static final String TLS = """
      d='/etc/containerd/certs.d/localhost:7439'; mkdir -p $d; cat > $d/hosts.toml <<E
      server = "https://localhost:7439"
      [host."https://localhost:7439"]
      capabilities = ["pull", "resolve"]
      E
      """;
  private static final String NO_TLS = "rm -rf '/etc/containerd/certs.d/localhost:7439'";
  private static final String QUOTA = """
      apiVersion: v1
      kind: ResourceQuota
      metadata: {name: no-more-pods, namespace: kuik-system}
      spec: {hard: {pods: "0"}}
      """;

  @AfterAll
  static void heal() {
    Bed.run("nodex", BROKEN, "sh", "-c", NO_TLS);
    Kube.kubectl("-n", Release.NAMESPACE, "delete", "resourcequota", "no-more-pods", "--ignore-not-found");
    Kube.kubectl("-n", Story.USERS, "delete", "pod", "-l", "chapter=arming", "--wait=false");
  }

  private static JsonObject pod(String name) {
    return Arming.pod(BROKEN, name);
  }

  private static void forgetProofs() {
    Kube.kubectl("-n", Release.NAMESPACE, "delete", "configmap", Arming.PROOFS);
  }

  @Test
  @Order(1)
  void bothNodesAreProvenAndNoCanaryIsLeft() {
    assertEquals(Bed.NODES, List.copyOf(Arming.proofs().keySet()));
    Arming.proofs().values().forEach(p -> assertTrue(p.startsWith("{\"proven\":"), p));
    assertEquals(List.of(), Release.pods("canary"));
    assertTrue(Arming.rewritten());
  }

  @Test
  @Order(2)
  void anotherLeaderNeedsNoNewCanaries() {
    Map<String, String> before = Arming.proofs();
    String leader = leader();
    Kube.kubectl("-n", Release.NAMESPACE, "delete", "pod", leader, "--wait=false");
    Eventually.holds("another replica leads", Story.SOON,
        () -> !leader().equals(leader) && !leader().isEmpty(), Arming::describe);
    Eventually.holds("it has looked", Story.SOON, () -> Kube.kubectl("-n", Release.NAMESPACE, "logs",
        leader()).contains("rewriting is armed"), Arming::describe);
    assertEquals(before, Arming.proofs());
    assertEquals(List.of(), Release.pods("canary"));
    Kube.kubectl("-n", Release.NAMESPACE, "rollout", "status", "deployment/" + Release.NAME + "-controllers",
        "--timeout=60s");
  }

  private static String leader() {
    return Kube.text(Kube.get("-n", Release.NAMESPACE, "lease", Release.NAME + "-controllers"), "spec",
        "holderIdentity");
  }

  @Test
  @Order(3)
  void whatIsForgottenIsProvenAgainInSeconds() {
    long start = System.nanoTime();
    forgetProofs();
    Eventually.holds("both nodes are proven again", Story.SOON,
        () -> Arming.proofs().size() == 2
            && Arming.proofs().values().stream().allMatch(p -> p.contains("proven")),
        Arming::describe);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    // The leader before this one still answers reviews, and must do nothing else.
    assertEquals(2, Kube.kubectl("-n", Release.NAMESPACE, "logs", leader()).lines()
        .filter(l -> l.contains("node proven")).count(), Arming::describe);
    Arming.awaitArmed();
    Story.measured("from no proof at all until both nodes are proven by canaries", Story.seconds(took));
    assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, took.toString());
  }

  @Test
  @Order(4)
  void aRuntimeThatCanNotReachItsProxyLeavesEveryPodAsItWas() {
    Bed.run("nodex", BROKEN, "sh", "-c", TLS);
    forgetProofs();
    Arming.awaitUnarmed("https://localhost:7439/v2/kuik-canary");
    JsonObject pod = pod("untouched");
    assertEquals(Arming.IMAGE, Kube.image(pod));
    assertTrue(Arming.untouched(pod).contains("\"reason\":\"NotArmed\""), Arming.untouched(pod));
    assertTrue(Arming.untouched(pod).contains("the container runtime of node " + BROKEN + " can't pull"),
        Arming.untouched(pod));
    Kube.kubectl("-n", Story.USERS, "wait", "--for=condition=Ready", "pod/untouched", "--timeout=60s");
    assertFalse(Kube.list("-n", Release.NAMESPACE, "events", "--field-selector", "reason=CanaryFailed")
        .isEmpty());
    assertTrue(Release.metrics(Release.pods("controllers").getFirst(), 8081)
        .contains("kube_image_keeper_controller_armed{reason=\"CanaryFailed\"} 0.0"));
  }

  @Test
  @Order(5)
  void oneThatIsHealedIsArmedByItself() {
    Bed.run("nodex", BROKEN, "sh", "-c", NO_TLS);
    Story.measured("from a healed container runtime until pods are rewritten",
        Story.seconds(Arming.awaitArmed()));
    assertFalse(Kube.list("-n", Release.NAMESPACE, "events", "--field-selector", "reason=CanaryPulled")
        .isEmpty());
  }

  /** The proxy is Ready all the time, and so is the node. */
  @Test
  @Order(6)
  void aNodeThatLosesTheWayToItsProxyAfterItWasProvenIsDoubtedUntilItIsRepaired() {
    awaitLedForSeconds(20);
    double before = Release.metric(TAKEN_BACK);
    Bed.run("nodex", BROKEN, "sh", "-c", TLS);
    long start = System.nanoTime();
    JsonObject pod = pulling("loses-the-way");
    assertTrue(Kube.image(pod).startsWith("localhost:7439/"), pod::toString);
    Arming.awaitUnarmed("the container runtime of node " + BROKEN);
    Story.measured("from a pod on a node that lost the way to its proxy until nothing is rewritten any more",
        Story.seconds(Duration.ofNanos(System.nanoTime() - start)));
    Kube.kubectl("-n", Story.USERS, "wait", "--for=condition=Ready", "pod/loses-the-way", "--timeout=60s");
    assertEquals("main", Kube.mark(Kube.get("-n", Story.USERS, "pod", "loses-the-way"), "annotations",
        "kuik.enix.io/healed"));
    assertFalse(Kube.list("-n", Release.NAMESPACE, "events", "--field-selector", "reason=NodeDoubted")
        .isEmpty());
    Arming.awaitUnarmed("can't pull from its proxy");
    assertTrue(Arming.whyNot().contains("(since "));
    JsonObject after = pulling("after-the-doubt");
    assertEquals(Arming.IMAGE, Kube.image(after));
    assertEquals("", Kube.mark(after, "annotations", "kuik.enix.io/healed"));
    assertEquals(before + 1, Release.metric(TAKEN_BACK));
    Bed.run("nodex", BROKEN, "sh", "-c", NO_TLS);
    Arming.awaitArmed();
    assertTrue(Arming.proofs().get(BROKEN).startsWith("{\"proven\":"), () -> Arming.proofs().toString());
  }

  /** Who leads knows of proxies only since then that they are Ready. */
  private static void awaitLedForSeconds(int seconds) {
    Eventually.holds("a replica has led for " + seconds + " s", Story.SOON,
        () -> Instant.parse(Kube.text(Kube.get("-n", Release.NAMESPACE, "lease",
            Release.NAME + "-controllers"), "spec", "acquireTime")).plusSeconds(seconds)
            .isBefore(Instant.now()),
        Release::describe);
  }

  /** A pod whose image is pulled although the node may have it. */
  private static JsonObject pulling(String name) {
    return Kube.create(Workloads.pod(Story.USERS, name, Arming.IMAGE, "labels: {chapter: arming}",
        "nodeSelector: {kubernetes.io/hostname: " + BROKEN + "}").replace("IfNotPresent", "Always")
        + "    command: [/bin/sh, -c, 'sleep 100000']\n");
  }

  @Test
  @Order(7)
  void aQuotaThatRefusesTheCanaryIsToldOf() {
    Kube.apply(QUOTA);
    forgetProofs();
    Arming.awaitUnarmed("exceeded quota");
    Kube.kubectl("-n", Release.NAMESPACE, "delete", "resourcequota", "no-more-pods");
    Arming.awaitArmed();
    Eventually.holds("no canary is left", Story.SOON, () -> Release.pods("canary").isEmpty(),
        Arming::describe);
  }

  @Test
  @Order(8)
  void theControllersCanCreateNoOtherPods() {
    String canary = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: by-hand
          namespace: %s
          labels: {app.kubernetes.io/component: canary}
        spec:
          automountServiceAccountToken: false
          hostNetwork: %s
          containers:
          - name: main
            image: %s
            securityContext: {allowPrivilegeEscalation: false}
        """;
    String ours = "localhost:7439/kuik-canary/probe:1";
    assertEquals("", refused(canary.formatted(Release.NAMESPACE, "false", ours)));
    for (String other : List.of(canary.formatted(Release.NAMESPACE, "true", ours),
        canary.formatted(Release.NAMESPACE, "false", ours).replace("Escalation: false",
            "Escalation: true"))) {
      assertTrue(refused(other).contains("no part in its node's namespaces"), refused(other));
    }
    String foreign = refused(canary.formatted(Release.NAMESPACE, "false", "nginx"));
    assertTrue(foreign.contains("no other image"), foreign);
    String unlabelled = refused(canary.formatted(Release.NAMESPACE, "false", ours)
        .replace("component: canary", "component: proxy"));
    assertTrue(unlabelled.contains("not create, delete"), unlabelled);
    assertTrue(refused(canary.formatted(Story.USERS, "false", ours)).contains("cannot create"));
  }

  private static String refused(String pod) {
    Bed.Result result = Bed.attempt(pod, "kubectl", "create", "--dry-run=server", "-f", "-",
        "--as=system:serviceaccount:" + Release.NAMESPACE + ":" + Release.NAME + "-controllers");
    return result.exit() == 0 ? "" : result.error();
  }
}
