package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import io.kuik.e2e.bed.Workloads;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The last chapter: the release is uninstalled, and nothing of it stands in anybody's way. */
@Order(23)
class UninstallE2E {
  /** A copy with a credential, which has not ended. */
  private static final String COPY = """
      apiVersion: v1
      kind: Secret
      metadata: {name: cache-unfinished, namespace: kuik-system}
      ---
      apiVersion: batch/v1
      kind: Job
      metadata:
        name: cache-unfinished
        namespace: kuik-system
        labels:
          app.kubernetes.io/name: kube-image-keeper
          app.kubernetes.io/instance: kube-image-keeper
          app.kubernetes.io/component: cache-worker
      spec:
        suspend: true
        template:
          spec:
            restartPolicy: Never
            containers: [{name: cache-worker, image: registry.example.test/team/app:v1}]
      """;

  /** A canary that has not begun: its controller won't live to judge it. */
  private static final String CANARY = """
      apiVersion: v1
      kind: Pod
      metadata:
        name: unfinished-canary
        namespace: kuik-system
        labels:
          app.kubernetes.io/name: kube-image-keeper
          app.kubernetes.io/instance: kube-image-keeper
          app.kubernetes.io/component: canary
        annotations: {kuik.enix.io/canary-node-uid: %s, kuik.enix.io/canary-port: "7439"}
      spec:
        nodeName: n1
        terminationGracePeriodSeconds: 0
        containers:
        - name: canary
          image: "localhost:7439/kuik-canary/probe:1"
          volumeMounts: [{name: missing, mountPath: /missing}]
        volumes: [{name: missing, secret: {secretName: missing}}]
      """;

  private static final String IMAGE = "busybox:1.36";
  private static final String ORIGINAL = "docker.io/library/" + IMAGE;
  private static final String REWRITTEN = "localhost:7439/" + ORIGINAL;
  private static final String SLEEP = "    command: [/bin/sh, -c, 'sleep 100000']\n";

  /** No node may have them yet. */
  private static final String HELD = Workloads.pod(Story.USERS, "held", IMAGE, "",
      "schedulingGates: [{name: example.test/held}]") + SLEEP;
  /** Its init container runs while the release goes, and the image is asked for after that. */
  private static final String BEHIND = Workloads.pod(Story.USERS, "behind", IMAGE, "",
      "initContainers: [{name: first, image: '" + IMAGE + "', imagePullPolicy: IfNotPresent,"
          + " command: [/bin/sh, -c, 'while [ ! -e /go ]; do sleep 1; done']}]")
      .replace("imagePullPolicy: IfNotPresent\n", "imagePullPolicy: Always\n") + SLEEP;
  /** The kubelet prepares it as long as the Secret is missing, and pulls after that. */
  private static final String PREPARED = Workloads.pod(Story.USERS, "prepared", IMAGE, "",
      "volumes: [{name: late, secret: {secretName: late}}]")
      .replace("imagePullPolicy: IfNotPresent\n", "imagePullPolicy: Always\n") + SLEEP
      + "    volumeMounts: [{name: late, mountPath: /late}]\n";
  private static final List<String> PENDING = List.of("held", "behind", "prepared");

  private static String image(String pod) {
    return Kube.image(Kube.get("-n", Story.USERS, "pod", pod));
  }

  @Test
  @Order(1)
  void podsThatHaveNotBegunAreRewritten() {
    Kube.apply(HELD + "---\n" + BEHIND + "---\n" + PREPARED);
    for (String pod : PENDING) {
      assertEquals(REWRITTEN, image(pod), pod);
    }
    Eventually.holds("the first container of one of them runs", Story.SOON,
        () -> Kube.get("-n", Story.USERS, "pod", "behind").toString().contains("\"running\""),
        Release::describe);
  }

  @Test
  @Order(2)
  void helmUninstallLeavesNoWebhookNoJobAndNoPod() {
    assertFalse(Kube.list("-n", Release.NAMESPACE, "jobs").isEmpty(), "there are copy Jobs to be removed");
    Kube.apply(COPY);
    Kube.apply(CANARY.formatted(Kube.text(Kube.get("node", "n1"), "metadata", "uid")));
    Bed.run("helm", "uninstall", Release.NAME, "--namespace", Release.NAMESPACE);
    Eventually.holds("all pods are gone", Story.SOON,
        () -> Kube.list("-n", Release.NAMESPACE, "pods").isEmpty(), Release::describe);
    assertEquals(List.of(), Kube.list("-n", Release.NAMESPACE, "jobs"));
    assertTrue(Kube.list("mutatingwebhookconfigurations").stream()
        .noneMatch(w -> Kube.text(w, "metadata", "name").contains(Release.NAME)));
    assertTrue(Kube.find("-n", Release.NAMESPACE, "secret", "cache-unfinished").isEmpty(),
        "the credential of a copy goes with its Job");
    Eventually.holds("what canaries have proven is forgotten", Story.SOON,
        () -> Kube.find("-n", Release.NAMESPACE, "configmap", Release.NAME + "-arming").isEmpty(),
        Release::describe);
    Eventually.holds("the passwords are gone", Story.SOON,
        () -> Kube.list("-n", Release.NAMESPACE, "secrets").stream()
            .noneMatch(s -> Kube.text(s, "metadata", "name").startsWith(Release.NAME + "-registry")),
        Release::describe);
  }

  @Test
  @Order(3)
  void podsThatHadNotBegunBeginUnderTheirOwnNames() {
    for (String pod : PENDING) {
      assertEquals(ORIGINAL, image(pod), pod);
    }
    Kube.kubectl("-n", Story.USERS, "patch", "pod", "held", "--type=json", "-p",
        "[{\"op\": \"remove\", \"path\": \"/spec/schedulingGates\"}]");
    Kube.kubectl("-n", Story.USERS, "exec", "behind", "-c", "first", "--", "touch", "/go");
    Kube.kubectl("-n", Story.USERS, "create", "secret", "generic", "late");
    Kube.kubectl("-n", Story.USERS, "wait", "--for=condition=Ready", "pod/held", "pod/behind",
        "--timeout=60s");
  }

  @Test
  @Order(4)
  void theCachedImagesStay() {
    assertFalse(Kube.list("cachedimages").isEmpty());
  }

  @Test
  @Order(5)
  void deploymentsThatWereRewrittenStartAgainUnderTheirOwnNames() {
    Kube.kubectl("-n", Story.USERS, "rollout", "restart", "deployment/" + Story.WEB);
    Kube.rollout(Story.USERS, Story.WEB, Story.SOON);
    assertEquals("nginx",
        Kube.image(Kube.list("-n", Story.USERS, "pods", "-l", "app=" + Story.WEB).getFirst()));
    Kube.apply(Workloads.pod(Story.USERS, "after", IMAGE, "", "") + SLEEP);
    Kube.kubectl("-n", Story.USERS, "wait", "--for=condition=Ready", "pod/after", "--timeout=60s");
  }

  /** Last of all: the kubelet takes up to two minutes to look for a volume again. */
  @Test
  @Order(6)
  void whatWaitedForAVolumeBeginsOnceItIsThere() {
    Kube.kubectl("-n", Story.USERS, "wait", "--for=condition=Ready", "pod/prepared", "--timeout=150s");
  }
}
