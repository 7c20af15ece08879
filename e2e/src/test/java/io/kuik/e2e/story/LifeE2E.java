package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.CacheRegistry;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import io.kuik.e2e.bed.Workloads;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Chapter 11: images that nobody uses leave, those that somebody uses don't, and tags that moved follow. */
@Order(11)
class LifeE2E {
  /** New names in each run, so that the chapter can be run again. */
  private static final String RUN = Long.toString(System.currentTimeMillis(), 36);
  private static final String REPOSITORY = "docker.io/library/life";
  private static final String IMAGE = REPOSITORY + ":" + RUN;
  private static final String TWIN = REPOSITORY + ":twin-" + RUN;
  private static final String BY_HAND = "by-hand-" + RUN;
  private static final String CONTROLLERS = "deployment/" + Release.NAME + "-controllers";

  @BeforeAll
  static void images() {
    Bed.run("crane", "copy", "docker.io/library/busybox:1.36", IMAGE);
    Bed.run("crane", "copy", "docker.io/library/busybox:1.36", TWIN);
    Bed.run("crane", "copy", "docker.io/library/busybox:1.36", REPOSITORY + ":" + BY_HAND);
    Kube.apply("""
        apiVersion: kuik.enix.io/v1alpha1
        kind: CachedImage
        metadata: {name: %s}
        spec: {sourceImage: "%s"}
        """.formatted(BY_HAND, REPOSITORY + ":" + BY_HAND));
  }

  @AfterAll
  static void restore() {
    Bed.internet("restore", "docker.io");
    Kube.kubectl("-n", Story.USERS, "delete", "pod", "life", "twin", "--ignore-not-found");
    Kube.kubectl("delete", "cachedimage", BY_HAND, "--ignore-not-found");
    controllers(2);
  }

  private static void controllers(int replicas) {
    Kube.kubectl("-n", Release.NAMESPACE, "scale", CONTROLLERS, "--replicas=" + replicas);
    if (replicas == 0) {
      Kube.kubectl("-n", Release.NAMESPACE, "wait", "--for=delete", "pod", "-l",
          "app.kubernetes.io/component=controllers", "--timeout=60s");
    } else {
      Kube.rollout(Release.NAMESPACE, Release.NAME + "-controllers", Story.SOON);
    }
  }

  private static void run(String pod, String image) {
    Kube.apply(
        Workloads.pod(Story.USERS, pod, image, "", "") + "    command: [/bin/sh, -c, 'sleep 100000']\n");
    Eventually.holds(image + " is cached", Story.SOON, () -> Kube.cached(image), Release::describe);
  }

  private static void end(String pod) {
    Kube.kubectl("-n", Story.USERS, "delete", "pod", pod, "--wait=true", "--timeout=30s");
  }

  private static int tag(String tag) {
    return new CacheRegistry().manifest(REPOSITORY, tag).statusCode();
  }

  private static String status(String image, String field) {
    return Kube.text(Kube.cachedImage(image).orElseThrow(), "status", field);
  }

  private static String name(String image) {
    return Kube.text(Kube.cachedImage(image).orElseThrow(), "metadata", "name");
  }

  private static Optional<JsonObject> upstream(String image) {
    return Kube.objects(Kube.cachedImage(image).orElseThrow(), "status", "conditions").stream()
        .filter(c -> Kube.text(c, "type").equals("UpstreamAvailable")).findFirst();
  }

  private static void refresh(String image, String request) {
    Kube.kubectl("annotate", "cachedimage", name(image), "kuik.enix.io/refresh-requested-at=" + request,
        "--overwrite");
  }

  @Test
  @Order(1)
  void theTimeWhenAnUnusedImageLeavesIsShown() {
    run("life", IMAGE);
    run("twin", TWIN);
    assertEquals("", status(IMAGE, "expiresAt"));
    end("life");
    Eventually.holds("it says when it leaves", Story.SOON, () -> !status(IMAGE, "expiresAt").isEmpty(),
        Release::describe);
    String shown = Kube.kubectl("get", "ci", name(IMAGE));
    assertTrue(shown.contains("EXPIRES") && shown.contains(status(IMAGE, "expiresAt")), shown);
    run("life", IMAGE);
    Eventually.holds("a pod that comes back clears it", Story.SOON,
        () -> status(IMAGE, "expiresAt").isEmpty(), Release::describe);
  }

  @Test
  @Order(2)
  void anImageThatItsRegistryLostIsKeptAndSaysSo() {
    // All that was pushed since the cluster came up is gone.
    Bed.internet("restore", "docker.io");
    refresh(IMAGE, "gone");
    JsonObject gone = Eventually.present("its registry has lost it", Story.SOON,
        () -> upstream(IMAGE).filter(c -> Kube.text(c, "status").equals("False")), Release::describe);
    assertTrue(Set.of("NotFound", "Unauthorized").contains(Kube.text(gone, "reason")), gone.toString());
    assertTrue(Kube.cached(IMAGE));
    assertEquals(200, tag(RUN));
    Bed.run("crane", "copy", "docker.io/library/busybox:1.36", IMAGE);
    refresh(IMAGE, "back");
    Eventually.holds("it is back", Story.SOON,
        () -> upstream(IMAGE).filter(c -> Kube.text(c, "status").equals("True")).isPresent(),
        Release::describe);
  }

  @Test
  @Order(3)
  void aTagThatMovedIsCopiedAgainWhenSomebodyAsksForIt() {
    String before = status(IMAGE, "digest");
    Bed.run("crane", "copy", "docker.io/library/nginx:1.27", IMAGE);
    String moved = Bed.run("crane", "digest", IMAGE).strip();
    assertNotEquals(before, moved);
    refresh(IMAGE, "moved");
    long start = System.nanoTime();
    Eventually.holds("the new content is cached", Story.SOON, () -> {
      // At every moment there is something under the tag.
      assertEquals(200, tag(RUN));
      return status(IMAGE, "digest").equals(moved);
    }, Release::describe);
    Story.measured("a moved tag copied again, from the annotation on",
        Story.seconds(Duration.ofNanos(System.nanoTime() - start)));
  }

  /** Both waits of the controllers pass together: that of an expiry, and that of a deletion by hand. */
  @Test
  @Order(4)
  void whatNobodyUsesLeavesAndItsTwinStays() {
    // Both tags have one digest again.
    Bed.run("crane", "copy", "docker.io/library/busybox:1.36", IMAGE);
    refresh(IMAGE, "as before");
    Eventually.holds("both have one digest", Story.SOON,
        () -> status(IMAGE, "digest").equals(status(TWIN, "digest")), Release::describe);
    Kube.kubectl("patch", "cachedimage", name(TWIN), "--type=merge", "-p", "{\"spec\":{\"retain\":true}}");
    end("twin");
    controllers(0);
    end("life");
    controllers(2);
    Eventually.holds("a pod that went while no controller lived is missed", Story.SOON,
        () -> !status(IMAGE, "expiresAt").isEmpty(), Release::describe);
    // Nobody waits for 30 days; what a controller knows of them is what stands there.
    Kube.kubectl("patch", "cachedimage", name(IMAGE), "--subresource=status", "--type=merge", "-p",
        "{\"status\":{\"lastUsedTime\":\"2020-01-01T00:00:00Z\"}}");
    Kube.kubectl("delete", "cachedimage", BY_HAND);
    Eventually.holds("the expired image leaves the cluster", Story.SOON,
        () -> Kube.cachedImage(IMAGE).isEmpty(), Release::describe);
    assertEquals(404, tag(RUN));
    Eventually.holds("the tag of the CachedImage that was deleted by hand is gone", Story.SOON,
        () -> tag(BY_HAND) == 404, Release::describe);
    assertEquals(200, tag("twin-" + RUN));
    assertEquals("", status(TWIN, "expiresAt"));
    assertTrue(Kube.cached(TWIN));
  }
}
