package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Mirror;
import io.kuik.e2e.bed.NodeImages;
import io.kuik.e2e.bed.Release;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Chapter 6: a node's containerd has the proxy as its mirror, and names of images stay as they are. */
@Order(6)
class MirrorE2E {
  private static final String NODE = "n2";
  private static final String IMAGE = "docker.io/library/busybox:1.36";
  private static final int PROXY = 7439;
  private static final int NOBODY = 7438;

  @AfterEach
  void heal() {
    Bed.internet("heal", "all");
  }

  /** As the kubelet has it pulled. */
  private static Bed.Result pull() {
    NodeImages.remove(NODE, IMAGE);
    return Bed.attempt("", "crictl", NODE, "pull", IMAGE);
  }

  private static void assertPulled(Bed.Result pull) {
    assertEquals(0, pull.exit(), pull.error());
    String images = Bed.run("crictl", NODE, "images", "-o", "json");
    assertTrue(images.contains('"' + IMAGE + '"'), images);
  }

  @Test
  @Order(1)
  void aCachedImageIsPulledWhileItsRegistryIsCutOff() {
    assertTrue(Kube.cached(IMAGE), Release::describe);
    Bed.internet("cut", "docker.io");
    assertTrue(pull().exit() != 0, "without a mirror it can't be had");
    Bed.resetConnections("docker.io");
    try (Mirror _ = new Mirror(NODE, PROXY)) {
      assertPulled(pull());
    }
    assertEquals(0, Bed.connections("docker.io"), "connections to the registry");
  }

  @Test
  @Order(2)
  void theRegistryItselfIsAskedWhenNobodyIsAtTheMirrorsPort() {
    try (Mirror _ = new Mirror(NODE, NOBODY)) {
      assertPulled(pull());
    }
  }
}
