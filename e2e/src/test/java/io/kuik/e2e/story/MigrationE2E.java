package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.NodeImages;
import io.kuik.e2e.bed.Release;
import io.kuik.e2e.bed.Workloads;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Chapter 22: what version 1 left in a cluster. */
@Order(22)
class MigrationE2E {
  private static final String NAME = "localhost:7439/busybox:1.36";
  private static final String LEFT = "left-by-version-1";

  @AfterAll
  static void clear() {
    Kube.kubectl("-n", Story.IGNORED, "delete", "pod", LEFT, "--wait=false", "--ignore-not-found");
  }

  /** In a namespace that the webhook is not called for, so that the name stays as version 1 wrote it. */
  @Test
  @Order(1)
  void aPodThatVersionOneRewroteStartsAgain() {
    NodeImages.remove("n1", NAME);
    Kube.apply(Workloads.pod(Story.IGNORED, LEFT, NAME, "", "nodeName: n1")
        .replace("IfNotPresent", "Always") + "    command: [/bin/sh, -c, 'sleep 100000']\n");
    Kube.kubectl("-n", Story.IGNORED, "wait", "--for=condition=Ready", "pod/" + LEFT, "--timeout=60s");
    assertEquals(NAME, Kube.image(Kube.get("-n", Story.IGNORED, "pod", LEFT)));
  }

  @Test
  @Order(2)
  void aCachedImageThatWaitsForVersionOnesControllersIsLetGo() {
    Kube.apply("""
        apiVersion: kuik.enix.io/v1alpha1
        kind: CachedImage
        metadata: {name: %s, finalizers: [cachedimage.kuik.enix.io/finalizer]}
        spec: {sourceImage: "registry.example.test/small/s9:v1"}
        """.formatted(LEFT));
    Kube.kubectl("delete", "cachedimage", LEFT, "--wait=false");
    Eventually.holds("it is gone", Story.SOON, () -> Kube.find("cachedimage", LEFT).isEmpty(),
        Release::describe);
  }
}
