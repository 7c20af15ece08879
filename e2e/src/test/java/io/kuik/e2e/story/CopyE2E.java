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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Chapter 2: images of new pods are rewritten and copied, by a Job each. */
@Order(2)
class CopyE2E {
  private static final String UNTAGGED = "docker.io/library/nginx:latest";
  private static final String TAGGED = "docker.io/library/busybox:1.36";

  @Test
  @Order(1)
  void twoDeploymentsOfDockerHubAreRewrittenAndStart() {
    Kube.apply(Workloads.deployment(Story.USERS, Story.WEB, "nginx", 1, false));
    Story.deploy("tool", "busybox:1.36", 1);
    Kube.rollout(Story.USERS, "web", Story.SOON);
    Kube.rollout(Story.USERS, "tool", Story.SOON);
    JsonObject web = pod("web");
    assertEquals("localhost:7439/" + UNTAGGED, Kube.image(web));
    assertEquals("nginx", Kube.mark(web, "annotations", "original-image-main"));
    assertEquals("true", Kube.mark(web, "labels", "kuik.enix.io/managed"));
    assertEquals("true", Kube.mark(web, "annotations", "kuik.enix.io/rewrite-images"));
    assertEquals("localhost:7439/" + TAGGED, Kube.image(pod("tool")));
  }

  private static JsonObject pod(String app) {
    return Kube.list("-n", Story.USERS, "pods", "-l", "app=" + app).getFirst();
  }

  @Test
  @Order(2)
  void eachImageIsCopiedByAJobThatCompletes() {
    for (String image : List.of(UNTAGGED, TAGGED)) {
      Eventually.holds(image + " is cached", Story.SOON, () -> Kube.cached(image), Release::describe);
      List<JsonObject> jobs = jobs(image);
      assertEquals(1, jobs.size(), Release.describe());
      JsonObject job = jobs.getFirst();
      Eventually.holds("its Job completes", Story.SOON,
          () -> Kube.text(jobs(image).getFirst(), "status", "succeeded").equals("1"),
          Release::describe);
      JsonObject owner = Kube.objects(job, "metadata", "ownerReferences").getFirst();
      assertEquals("CachedImage", Kube.text(owner, "kind"));
      assertEquals("3600", Kube.text(job, "spec", "ttlSecondsAfterFinished"));
    }
  }

  static List<JsonObject> jobs(String image) {
    return Kube.list("-n", Release.NAMESPACE, "jobs", "-l", "app.kubernetes.io/component=cache-worker")
        .stream()
        .filter(j -> Kube.mark(j, "annotations", "kuik.enix.io/source-image").equals(image)).toList();
  }

  @Test
  @Order(3)
  void theJobsLogReadsLikeATransferReport() {
    String job = Kube.text(jobs(UNTAGGED).getFirst(), "metadata", "name");
    String log = Kube.kubectl("-n", Release.NAMESPACE, "logs", "job/" + job);
    System.out.println(log);
    assertTrue(log.contains("image=" + UNTAGGED), log);
    assertTrue(log.contains("platforms=linux/amd64"), log);
    assertTrue(log.lines().toList().getLast().contains("moved"), log);
    assertTrue(log.lines().allMatch(l -> l.matches("\\d{4}-\\d\\d-\\d\\dT\\S+ (INFO|WARN) .*")), log);
    InstallE2E.assertAdmitted("cache-worker", Release.pods("cache-worker").getFirst());
  }

  @Test
  @Order(4)
  void kubectlShowsTheImagesWithTheirPods() {
    System.out.println(Kube.kubectl("get", "cachedimages"));
    JsonObject image = Kube.cachedImage(TAGGED).orElseThrow();
    assertEquals("docker.io-library-busybox-1.36", Kube.text(image, "metadata", "name"));
    Eventually.holds("the pod is counted", Story.SOON,
        () -> Kube.text(Kube.cachedImage(TAGGED).orElseThrow(), "status", "usedBy", "count").equals("1"),
        Release::describe);
    assertTrue(Kube.text(Kube.objects(image, "status", "usedBy", "pods").getFirst(), "namespacedName")
        .startsWith(Story.USERS + "/tool-"));
    List<JsonObject> events = Kube.list("-n", "default", "events", "--field-selector",
        "involvedObject.name=docker.io-library-busybox-1.36");
    assertEquals(List.of("Copied"), events.stream().map(e -> Kube.text(e, "reason")).toList());
  }

  @Test
  @Order(5)
  void anImageThatDoesNotExistFailsOnceInWordsWhileOthersAreCached() {
    String missing = "docker.io/library/nginx:nothing";
    Kube.apply(Workloads.pod(Story.USERS, "missing", "nginx:nothing", "", ""));
    List<Duration> times = tenSmallImages();
    times.sort(null);
    Story.measured("pod created -> cached, 10 images at once (v1: p50 1.9 s, max 2.6 s)",
        "p50 " + Story.seconds(times.get(4)) + ", max " + Story.seconds(times.getLast()));
    JsonObject image = Eventually.present("the missing image has its outcome", Story.SOON,
        () -> Kube.cachedImage(missing).filter(i -> Kube.reason(i).equals("NotFound")), Release::describe);
    String message = Kube.text(Kube.objects(image, "status", "conditions").getFirst(), "message");
    assertTrue(message.contains("docker.io") && message.contains("nothing"), message);
    JsonObject job = jobs(missing).getFirst();
    assertEquals("1", Kube.text(job, "status", "failed"), "a final answer is not asked for again");
    JsonObject pod = Kube.get("-n", Story.USERS, "pod", "missing");
    assertEquals("nginx:nothing", Kube.image(pod));
    assertTrue(Kube.mark(pod, "annotations", "kuik.enix.io/untouched").contains("UpstreamNotFound"));
    Kube.kubectl("-n", Story.USERS, "delete", "pod", "missing");
  }

  private static List<Duration> tenSmallImages() {
    List<String> images = IntStream.range(0, 10).mapToObj(i -> "registry.example.test/small/s" + i + ":v1")
        .toList();
    var yaml = new StringBuilder();
    for (int i = 0; i < images.size(); i++) {
      yaml.append(Workloads.pod(Story.USERS, "small-" + i, images.get(i), "labels: {app: small}", ""))
          .append("---\n");
    }
    Instant start = Instant.now();
    Kube.apply(yaml.toString());
    String[] resources = images.stream().map(n -> "cachedimage/" + n.replaceAll("[/:]", "-"))
        .toArray(String[]::new);
    // Not "wait --for=create": it fails at once when two or more are still missing.
    Eventually.holds("the ten images are known", Story.SOON,
        () -> Bed.attempt("", "kubectl", with(resources, "get")).exit() == 0, Release::describe);
    // One process that watches: asking again and again would take the processors from what is measured.
    Kube.kubectl(with(resources, "wait", "--for=condition=Cached", "--timeout=60s"));
    var times = new ArrayList<Duration>();
    for (String name : images) {
      JsonObject image = Kube.cachedImage(name).orElseThrow();
      String since = Kube.text(Kube.objects(image, "status", "conditions").getFirst(), "lastTransitionTime");
      times.add(Duration.between(start, Instant.parse(since)));
    }
    Kube.kubectl("-n", Story.USERS, "delete", "pod", "-l", "app=small");
    return times;
  }

  private static String[] with(String[] resources, String... arguments) {
    return Stream.concat(Arrays.stream(arguments), Arrays.stream(resources)).toArray(String[]::new);
  }

  @Test
  @Order(6)
  void noMoreCopiesRunAtOnceThanAllowed() {
    String name = "deployment/" + Release.NAME + "-controllers";
    String log = Kube.kubectl("-n", Release.NAMESPACE, "logs", name, "--all-pods=true", "--prefix=false");
    int running = 0;
    int most = 0;
    for (String line : log.lines().filter(l -> l.contains("copy started") || l.contains("copy ended"))
        .sorted().toList()) {
      running += line.contains("copy started") ? 1 : -1;
      most = Math.max(most, running);
    }
    assertTrue(most >= 2 && most <= 3, "copies at once: " + most + "\n" + log);
    assertFalse(Bed.attempt("", "kubectl", "-n", Release.NAMESPACE, "get", "jobs").output().isEmpty());
  }
}
