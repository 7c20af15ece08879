package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.CacheRegistry;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.NodeImages;
import io.kuik.e2e.bed.Release;
import io.kuik.e2e.bed.Workloads;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Chapter 5: registries, the cache and the controllers go away, one after the other, and pods start all the
 * same.
 */
@Order(5)
class OutageE2E {
  @AfterEach
  void heal() {
    Bed.internet("heal", "all");
  }

  /** From one pod to ten, with nothing left on the nodes before each step. */
  private static Duration cold(String name) {
    Story.scale(name, 0);
    NodeImages.removeUserImages();
    Story.scale(name, 1);
    NodeImages.removeUserImages();
    return Story.scale(name, 10);
  }

  @Test
  @Order(1)
  void tenPodsStartWhetherTheUpstreamLivesRefusesOrHangs() {
    assertTrue(Kube.cached("docker.io/library/busybox:1.36"), Release::describe);
    Bed.resetConnections("docker.io");
    Duration alive = cold("tool");
    assertEquals(0, Bed.connections("docker.io"), "connections to the upstream while it lives");
    Bed.internet("cut", "docker.io");
    Duration cut = cold("tool");
    Bed.internet("heal", "docker.io");
    Bed.internet("hang", "docker.io");
    Duration hung = cold("tool");
    assertEquals(0, Bed.connections("docker.io"), "connections to the upstream while it is away");
    assertSpread("tool");
    Story.measured("1 -> 10 pods Ready of a cached 2 MB image, nothing on the nodes (v1: 2.2 to 3.2 s)",
        "upstream alive " + Story.seconds(alive) + ", refused " + Story.seconds(cut) + ", hanging "
            + Story.seconds(hung));
    Story.scale("tool", 1);
  }

  private static void assertSpread(String app) {
    Set<String> nodes = Kube.list("-n", Story.USERS, "pods", "-l", "app=" + app).stream()
        .map(p -> Kube.text(p, "spec", "nodeName")).collect(Collectors.toSet());
    assertEquals(Bed.NODES.size(), nodes.size());
  }

  @Test
  @Order(2)
  void aLargeImageStartsOnBothNodesWithItsRegistryCutOff() {
    Story.deploy("big", "registry.example.test/team/big:v1", 1);
    Kube.rollout(Story.USERS, "big", Story.LATER);
    Eventually.holds("the large image is cached", Story.LATER,
        () -> Kube.cached("registry.example.test/team/big:v1"),
        Release::describe);
    Duration alive = cold("big");
    Bed.internet("cut", "registry.example.test");
    Duration cut = cold("big");
    Story.measured("1 -> 10 pods Ready of a cached 300 MB image, nothing on the nodes (v1: 4.1 to 4.7 s)",
        "upstream alive " + Story.seconds(alive) + ", refused " + Story.seconds(cut));
    Kube.kubectl("-n", Story.USERS, "delete", "deployment", "big");
  }

  @Test
  @Order(3)
  void withoutTheCacheRegistryPodsStartFromTheUpstreamThroughTheProxy() {
    Kube.kubectl("-n", Release.NAMESPACE, "scale", "statefulset/" + Release.NAME + "-registry",
        "--replicas=0");
    Kube.kubectl("-n", Release.NAMESPACE, "wait", "--for=delete", "pod/" + Release.NAME + "-registry-0",
        "--timeout=60s");
    try {
      NodeImages.removeUserImages();
      Bed.resetConnections("registry.example.test");
      Kube.apply(Workloads.pod(Story.USERS, "uncached", "registry.example.test/small/s3:v1", "", ""));
      Kube.kubectl("-n", Story.USERS, "wait", "--for=condition=Ready", "pod/uncached", "--timeout=60s");
      JsonObject pod = Kube.get("-n", Story.USERS, "pod", "uncached");
      assertEquals("localhost:7439/registry.example.test/small/s3:v1", Kube.image(pod));
      assertTrue(Bed.connections("registry.example.test") > 0, "it came from the upstream");
    } finally {
      Kube.kubectl("-n", Release.NAMESPACE, "scale", "statefulset/" + Release.NAME + "-registry",
          "--replicas=1");
    }
    Release.awaitReady(Story.SOON);
    Kube.kubectl("-n", Story.USERS, "delete", "pod", "uncached");
  }

  @Test
  @Order(4)
  void whatTheEmptiedCacheLostIsSeenAndCopiedAgain() {
    Eventually.holds("the images in use are in the new registry", Story.LATER,
        () -> new CacheRegistry().manifest("docker.io/library/busybox", "1.36").statusCode() == 200
            && Kube.cached("docker.io/library/busybox:1.36"),
        Release::describe);
  }

  @Test
  @Order(5)
  void withoutControllersPodsAreAdmittedAndCachedPodsStart() {
    Kube.kubectl("-n", Release.NAMESPACE, "scale", "deployment/" + Release.NAME + "-controllers",
        "--replicas=0");
    Kube.kubectl("-n", Release.NAMESPACE, "wait", "--for=delete", "pod", "-l",
        "app.kubernetes.io/component=controllers",
        "--timeout=60s");
    try {
      long start = System.nanoTime();
      JsonObject pod = Kube.create(Workloads.pod(Story.USERS, "unrewritten", "nginx:1.27", "", ""));
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertEquals("nginx:1.27", Kube.image(pod));
      assertTrue(took.compareTo(Duration.ofSeconds(6)) < 0, "admitted after " + took);
      Bed.internet("cut", "docker.io");
      NodeImages.removeUserImages();
      Kube.apply(Workloads.pod(Story.USERS, "cached", "localhost:7439/docker.io/library/busybox:1.36", "", "")
          + "    command: [/bin/sh, -c, 'sleep 100000']\n");
      Kube.kubectl("-n", Story.USERS, "wait", "--for=condition=Ready", "pod/cached", "--timeout=60s");
    } finally {
      Kube.kubectl("-n", Release.NAMESPACE, "scale", "deployment/" + Release.NAME + "-controllers",
          "--replicas=2");
    }
    Bed.internet("heal", "all");
    Release.awaitReady(Story.SOON);
    Kube.kubectl("-n", Story.USERS, "delete", "pod", "unrewritten", "cached");
  }
}
