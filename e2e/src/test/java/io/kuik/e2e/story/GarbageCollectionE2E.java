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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The cache gets a volume, and what no tag reaches any more leaves it. */
@Order(17)
class GarbageCollectionE2E {
  private static final String REPOSITORY = "registry.example.test/garbage/dropped";
  private static final String DROPPED = REPOSITORY + ":v1";
  private static final String PRIVATE = "private.example.test/team/secret:v1";
  private static final int LAYER = 4_000_000;

  /** Each cache of these chapters starts empty, and what earlier ones used would be copied into it first. */
  @BeforeAll
  static void forgetWhatEarlierChaptersUsed() {
    Kube.list("-n", Story.USERS, "deployments").stream().map(d -> Kube.text(d, "metadata", "name"))
        .filter(n -> !n.equals(Story.WEB))
        .forEach(n -> Kube.kubectl("-n", Story.USERS, "delete", "deployment", n));
    Kube.kubectl("-n", Story.USERS, "delete", "pods", "--all");
    Kube.kubectl("delete", "cachedimages", "--all");
  }

  @AfterAll
  static void heal() {
    Bed.internet("heal", "all");
  }

  private static void use(String pod, String image) {
    Kube.apply(Workloads.pod(Story.USERS, pod, image, "", ""));
    Kube.kubectl("-n", Story.USERS, "wait", "--for=condition=Ready", "pod/" + pod, "--timeout=60s");
  }

  private static void awaitCached(String image) {
    Eventually.holds(image + " is cached", Story.LATER, () -> Kube.cached(image), Release::describe);
  }

  /** An image with a layer that no other image has, or the layer would stay with the other. */
  private static void pushDropped() throws IOException {
    Path folder = Files.createTempDirectory("kuik-garbage");
    Path content = folder.resolve("content");
    Path tar = folder.resolve("layer.tar");
    try {
      byte[] bytes = new byte[LAYER];
      new Random().nextBytes(bytes);
      Files.write(content, bytes);
      Bed.execute(folder, "", List.of("tar", "cf", tar.toString(), "content"));
      Bed.run("crane", "append", "--base=" + Garbage.USED, "--new_layer=" + tar, "--new_tag=" + DROPPED);
    } finally {
      Files.deleteIfExists(tar);
      Files.deleteIfExists(content);
      Files.deleteIfExists(folder);
    }
  }

  @Test
  @Order(0)
  void aForcedCollectionWithoutAVolumeEmptiesTheCacheAndAllIsCopiedAgain() {
    Garbage.removeRegistry();
    Release.upgrade(Story.VALUES + "registry: {garbageCollection: {withoutPersistence: true}}\n");
    Release.awaitReady(Story.LATER);
    Kube.kubectl("-n", Story.USERS, "delete", "pod", "kept", "--ignore-not-found");
    use("kept", Garbage.USED);
    awaitCached(Garbage.USED);
    String last = Garbage.last();
    Garbage.ask();
    Garbage.await("restore");
    JsonObject run = Garbage.awaitEnd(last);
    assertEquals("Succeeded", Kube.text(run, "state"), run.toString());
    Garbage.assertWell("after a collection without a volume");
    awaitCached(Garbage.USED);
  }

  @Test
  @Order(1)
  void theCacheGetsAVolumeAndIsFilledAgain() throws IOException {
    pushDropped();
    Kube.kubectl("-n", Story.USERS, "delete", "pod", "kept", "dropped", "--ignore-not-found");
    Garbage.switchPersistenceOn();
    use("kept", Garbage.USED);
    use("dropped", DROPPED);
    awaitCached(Garbage.USED);
    awaitCached(DROPPED);
    Garbage.assertWell("on the volume");
    assertEquals(200, new CacheRegistry().manifest(REPOSITORY, "v1").statusCode());
  }

  @Test
  @Order(2)
  void aDryRunSaysWhatWouldGoAndStopsNothing() {
    Kube.kubectl("-n", Story.USERS, "delete", "pod", "dropped");
    String name = Kube.text(Kube.cachedImage(DROPPED).orElseThrow(), "metadata", "name");
    Kube.kubectl("delete", "cachedimage", name);
    Eventually.holds("the tag is gone", Story.SOON,
        () -> new CacheRegistry().manifest(REPOSITORY, "v1").statusCode() == 404, Release::describe);
    String uid = Kube.text(Release.pods("registry").getFirst(), "metadata", "uid");
    long before = Garbage.bytes();
    String said = Kube.kubectl("-n", Release.NAMESPACE, "exec", Garbage.STATEFUL_SET + "-0", "-c", "registry",
        "--",
        "registry", "garbage-collect", "--dry-run", "--delete-untagged", "/etc/kuik/config.yml");
    assertTrue(said.contains("manifests eligible for deletion"), said);
    assertTrue(said.contains("blob eligible for deletion"), said);
    assertEquals(before, Garbage.bytes());
    assertEquals(uid, Kube.text(Release.pods("registry").getFirst(), "metadata", "uid"));
  }

  @Test
  @Order(3)
  void aCollectionFreesWhatNoTagReachesAndKeepsTheRest() {
    long before = Garbage.bytes();
    String last = Garbage.last();
    long start = System.nanoTime();
    Garbage.ask();
    JsonObject run = Garbage.awaitEnd(last);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertEquals("Succeeded", Kube.text(run, "state"), run.toString());
    assertEquals("by hand", Kube.text(run, "trigger"));
    long after = Garbage.bytes();
    assertTrue(before - after > 3_900_000, before + " bytes before, " + after + " after");
    Garbage.assertWell("after the collection");
    Story.measured("garbage collection by hand, from the request to its end",
        Story.seconds(took) + "; " + Kube.text(run, "message"));
  }

  @Test
  @Order(4)
  void kubectlShowsWhatHappened() {
    String job = Garbage.last();
    List<JsonObject> jobs = Kube.list("-n", Release.NAMESPACE, "jobs", "-l",
        "app.kubernetes.io/component=garbage-collection");
    assertTrue(jobs.stream().anyMatch(j -> Kube.text(j, "metadata", "name").equals(job)), job);
    for (String step : List.of("stop", "garbage-collect", "restore")) {
      String log = Kube.kubectl("-n", Release.NAMESPACE, "logs", "job/" + job, "-c", step);
      assertTrue(!log.isBlank(), "the log of " + step);
    }
    String described = Kube.kubectl("-n", Release.NAMESPACE, "describe", "statefulset", Garbage.STATEFUL_SET);
    assertTrue(
        described.contains("GarbageCollectionStarted") && described.contains("GarbageCollectionSucceeded"),
        described);
    assertTrue(
        Release.metric("kube_image_keeper_controller_garbage_collection_reclaimed_bytes_total") > 3_900_000);
  }

  @Test
  @Order(5)
  void copiesGoOnAndTheUsedImageStartsWithItsRegistryCutOff() {
    use("dropped", DROPPED);
    awaitCached(DROPPED);
    Kube.kubectl("-n", Story.USERS, "delete", "pod", "kept", "dropped");
    NodeImages.removeUserImages();
    Bed.internet("cut", "registry.example.test");
    use("kept", Garbage.USED);
    Bed.internet("heal", "registry.example.test");
    assertTrue(Kube.image(Kube.get("-n", Story.USERS, "pod", "kept")).startsWith("localhost:7439/"));
  }

  @Test
  @Order(6)
  void whileTheRegistryIsStoppedPublicImagesComeThroughTheProxyAndPrivateOnesDirectly() {
    Bed.attempt("", "kubectl", "-n", Story.USERS, "create", "secret", "docker-registry", "during",
        "--docker-server=private.example.test", "--docker-username=kuik", "--docker-password=correct-horse");
    Kube.kubectl("-n", Story.USERS, "delete", "pod", "kept");
    NodeImages.removeUserImages();
    Bed.resetConnections("registry.example.test");
    JsonObject run = Garbage.heldWhile(() -> {
      assertEquals(List.of(), Release.pods("registry"));
      use("kept", Garbage.USED);
      Kube.apply(Workloads.pod(Story.USERS, "private", PRIVATE, "", "imagePullSecrets: [{name: during}]"));
      Kube.kubectl("-n", Story.USERS, "wait", "--for=condition=Ready", "pod/private", "--timeout=60s");
    });
    assertEquals("Succeeded", Kube.text(run, "state"), run.toString());
    assertEquals("localhost:7439/" + Garbage.USED, Kube.image(Kube.get("-n", Story.USERS, "pod", "kept")));
    assertTrue(Bed.connections("registry.example.test") > 0, "it came from the upstream");
    assertEquals(PRIVATE, Kube.image(Kube.get("-n", Story.USERS, "pod", "private")));
    Kube.kubectl("-n", Story.USERS, "delete", "pod", "private");
    Garbage.assertWell("after the pulls");
  }

  @Test
  @Order(7)
  @Timeout(1800)
  @EnabledIfSystemProperty(named = "kuik.soak", matches = "true")
  void aScheduleFiresByItselfAndNeverTwiceAtOnce() {
    Release.upgrade(
        Garbage.values("").replace("registry:\n", "registry:\n  garbageCollectionSchedule: '* * * * *'\n"));
    try {
      String last = Garbage.last();
      Eventually.holds("the schedule fires", Story.LATER, () -> !Garbage.last().equals(last),
          Garbage::describe);
      ProcessHandle restore = Garbage.await("restore");
      Garbage.signal(restore, "STOP");
      String held = Garbage.last();
      long until = System.nanoTime() + Duration.ofSeconds(70).toNanos();
      Eventually.holds("a moment of the schedule passes", Story.LATER, () -> System.nanoTime() > until,
          Garbage::describe);
      assertEquals(held, Garbage.last());
      Garbage.signal(restore, "CONT");
      Eventually.holds("the next moment is kept", Story.LATER, () -> !Garbage.last().equals(held),
          Garbage::describe);
      assertTrue(Kube.text(Garbage.run().orElseThrow(), "trigger").startsWith("schedule, due "),
          Garbage::describe);
      Garbage.awaitEnd(held);
    } finally {
      Release.upgrade(Garbage.values(""));
      Release.awaitReady(Story.LATER);
    }
    Garbage.assertWell("after collections by a schedule");
  }
}
