package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.NodeImages;
import io.kuik.e2e.bed.Release;
import io.kuik.e2e.bed.Workloads;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Chapter 7: latest means something new upstream. */
@Order(7)
class MovedTagE2E {
  private static final String LATEST = "docker.io/library/busybox:latest";

  @AfterAll
  static void restore() {
    Bed.internet("heal", "all");
    Bed.internet("restore", "docker.io");
    Kube.kubectl("-n", Story.USERS, "delete", "pod", "moved", "away", "--ignore-not-found");
  }

  private static String pulled(String pod, String node) {
    Kube.apply(Workloads.pod(Story.USERS, pod, LATEST, "", "nodeName: " + node)
        + "    command: [/bin/sh, -c, 'sleep 100000']\n");
    Kube.kubectl("-n", Story.USERS, "wait", "--for=condition=Ready", "pod/" + pod, "--timeout=60s");
    return Kube.text(
        Kube.objects(Kube.get("-n", Story.USERS, "pod", pod), "status", "containerStatuses").getFirst(),
        "imageID");
  }

  @Test
  @Order(1)
  void aPodGetsTheNewOneAndTheCachedOneWhenTheUpstreamHangs() {
    Eventually.holds(LATEST + " is cached", Story.LATER, () -> Kube.cached(LATEST), Release::describe);
    String cached = Bed.run("crane", "digest", LATEST).strip();
    Bed.run("crane", "copy", "docker.io/library/busybox:1.36", LATEST);
    String moved = Bed.run("crane", "digest", LATEST).strip();
    assertNotEquals(cached, moved);
    NodeImages.removeUserImages();
    String first = pulled("moved", "n1");
    assertTrue(first.endsWith(moved), first);
    Bed.internet("hang", "docker.io");
    long start = System.nanoTime();
    String second = pulled("away", "n2");
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(second.endsWith(cached), second);
    Story.measured("pod of a cached latest Ready while its registry hangs", Story.seconds(took));
  }
}
