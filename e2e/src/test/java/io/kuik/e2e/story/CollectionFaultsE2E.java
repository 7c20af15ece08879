package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Containers;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import io.kuik.e2e.bed.Workloads;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A garbage collection is killed, disturbed and overtaken: within a minute the registry runs, and the images
 * in use are whole. The first of them once in the story, all of them twenty times in the soak run
 * ({@code -Dkuik.soak=true}), at another moment of the collection each time.
 */
@Order(18)
class CollectionFaultsE2E {
  private static final String SOAK = "kuik.soak";
  private static final int ROUNDS = Integer.getInteger("kuik.rounds", Boolean.getBoolean(SOAK) ? 20 : 1);
  private static final String ANOTHER = "kept-too";
  private static final Runnable NOTHING = () -> {
  };

  /** A pod of these chapters only: what others do doesn't matter to it. */
  @BeforeAll
  static void useAnotherImage() {
    Kube.apply(Workloads.pod(Story.USERS, ANOTHER, Garbage.ALSO_USED, "", ""));
    Eventually.holds("the used images are cached", Story.LATER, Disturbed::served, Release::describe);
  }

  @AfterAll
  static void clear() {
    Litter.sweep();
    Kube.kubectl("-n", Story.USERS, "delete", "pod", ANOTHER, "--wait=false");
  }

  private static Moments moments(int millis) {
    return new Moments(ROUNDS, Duration.ofMillis(millis));
  }

  /** Without the beginning: the only one of the story is in the middle. */
  private static Moments within(int millis) {
    return new Moments(ROUNDS + 1, Duration.ofMillis(millis));
  }

  /** Written down, and true of most rounds: what came too late has tried nothing. */
  private static void assertMostMet(String what, Moments moments) {
    Story.measured(what, moments.toString());
    assertTrue(moments.mostMet(), () -> what + ": " + moments);
  }

  /** A step that ended before its moment has Succeeded; which is counted, and must not be the rule. */
  private static void kill(String step, Moments moments, Runnable prepare) {
    String what = "kill -9 of the step " + step;
    for (int i = 0; i < ROUNDS; i++) {
      prepare.run();
      var collection = Disturbed.ask(what);
      ProcessHandle process = Garbage.await(step);
      moments.await(i);
      collection.fault(process::destroyForcibly);
      JsonObject run = collection.awaitWell();
      boolean killed = Kube.text(run, "state").equals("Failed");
      moments.count(i, killed);
      if (killed) {
        assertTrue(Kube.text(run, "message").startsWith("its step " + step + " ended with exit code 137"),
            run.toString());
      }
    }
    assertMostMet(what, moments);
  }

  /**
   * Something that takes no step's life happens at this round's moment of a collection; -1 is its beginning.
   */
  private static JsonObject disturbed(String what, int round, Runnable fault) {
    var collection = Disturbed.ask(what);
    Garbage.await("stop");
    within(3500).await(round + 1);
    collection.fault(fault);
    return collection.awaitWell();
  }

  @Test
  @Order(1)
  @Timeout(1800)
  void theStepThatStopsIsKilled() {
    kill("stop", moments(2000), NOTHING);
  }

  @Test
  @Order(2)
  @Timeout(1800)
  void theCollectorIsKilled() {
    kill("garbage-collect", moments(800), Litter::drop);
  }

  @Test
  @Order(3)
  @Timeout(1800)
  @EnabledIfSystemProperty(named = SOAK, matches = "true")
  void theStepThatRestoresIsKilled() {
    kill("restore", moments(3000), NOTHING);
  }

  @Test
  @Order(4)
  @Timeout(3000)
  void allControllersAreKilledInTheMiddle() {
    Moments moments = within(2000);
    for (int i = 0; i < ROUNDS; i++) {
      if (i > 0) {
        renewControllers();
      }
      boolean stopToo = i % 2 == 0;
      List<JsonObject> controllers = Release.pods("controllers").stream()
          .filter(p -> Kube.text(p, "metadata", "deletionTimestamp").isEmpty()).toList();
      var collection = Disturbed
          .ask("kill -9 of all controllers" + (stopToo ? ", and of the step stop" : " in mid-collection"));
      ProcessHandle stop = Garbage.await("stop");
      moments.await(i + 1);
      collection.fault(() -> {
        controllers.parallelStream().forEach(p -> Containers.signal(p, "KILL"));
        if (stopToo) {
          stop.destroyForcibly();
        }
      });
      collection.awaitWell();
      controllers.forEach(CollectionFaultsE2E::assertRestarted);
    }
    Release.awaitReady(Story.LATER);
  }

  /** Pods without a history of crashes: the kubelet starts their containers again at once, each time. */
  private static void renewControllers() {
    Kube.kubectl("-n", Release.NAMESPACE, "delete", "pod", "-l", "app.kubernetes.io/component=controllers",
        "--grace-period=0", "--force");
    Release.awaitReady(Story.LATER);
  }

  private static void assertRestarted(JsonObject pod) {
    String name = Kube.text(pod, "metadata", "name");
    Eventually.holds(name + " was killed, and runs again", Story.SOON,
        () -> Containers.restarts(Kube.get("-n", Release.NAMESPACE, "pod", name)) > Containers.restarts(pod),
        Release::describe);
  }

  @Test
  @Order(5)
  @Timeout(1800)
  void anUpgradeInTheMiddleStartsNothing() {
    for (int i = 0; i < ROUNDS; i++) {
      String value = String.valueOf(i);
      JsonObject run = disturbed("helm upgrade in mid-collection", i, () -> Release
          .upgrade(Garbage.values("cacheWorker: {podAnnotations: {round: \"" + value + "\"}}\n")));
      assertEquals("Succeeded", Kube.text(run, "state"), run.toString());
    }
    Release.awaitReady(Story.LATER);
  }

  @Test
  @Order(6)
  @Timeout(1800)
  @EnabledIfSystemProperty(named = SOAK, matches = "true")
  void theStatefulSetIsScaledByHandInTheMiddle() {
    for (int i = 0; i < ROUNDS; i++) {
      String replicas = String.valueOf(i % 2);
      disturbed("scaled by hand to " + replicas + " in mid-collection", i,
          () -> Kube.kubectl("-n", Release.NAMESPACE, "scale", "statefulset/" + Garbage.STATEFUL_SET,
              "--replicas=" + replicas));
    }
  }

  @Test
  @Order(7)
  @Timeout(1800)
  @EnabledIfSystemProperty(named = SOAK, matches = "true")
  void theRegistryIsKilledWhileItIsStoppedAndWhenItStartsAgain() {
    String what = "kill -9 of the registry";
    Moments stopping = moments(1500);
    Moments starting = moments(2000);
    for (int i = 0; i < ROUNDS; i++) {
      var collection = Disturbed.ask(what);
      Garbage.await("stop");
      ProcessHandle registry = Garbage.await("the registry", Garbage.SERVE);
      stopping.await(i);
      stopping.count(i, registry.isAlive() && registry.destroyForcibly());
      Garbage.await("restore");
      ProcessHandle again = Garbage.await("the registry again", Garbage.SERVE);
      starting.await(i);
      collection.fault(again::destroyForcibly);
      collection.awaitWell();
      Eventually.holds("the registry that was started again was killed", Story.SOON,
          () -> Release.pods("registry").stream().anyMatch(p -> Containers.restarts(p) > 0),
          Garbage::describe);
    }
    assertMostMet(what + " that is about to be stopped", stopping);
  }

  @Test
  @Order(8)
  @Timeout(1800)
  @EnabledIfSystemProperty(named = SOAK, matches = "true")
  void theJobIsDeletedInTheMiddle() {
    String what = "Job deleted in mid-collection";
    Moments moments = moments(4000);
    for (int i = 0; i < ROUNDS; i++) {
      var collection = Disturbed.ask(what);
      Garbage.await("stop");
      moments.await(i);
      collection.fault(() -> Kube.kubectl("-n", Release.NAMESPACE, "delete", "job", "-l",
          "app.kubernetes.io/component=garbage-collection", "--wait=false"));
      moments.count(i, Kube.text(collection.awaitWell(), "state").equals("Failed"));
    }
    assertMostMet(what, moments);
  }

  /** Until its node may have pods again, the registry has nowhere to run: from then on it counts. */
  @Test
  @Order(9)
  @Timeout(1800)
  @EnabledIfSystemProperty(named = SOAK, matches = "true")
  void theNodeIsDrainedInTheMiddle() {
    Moments moments = moments(3500);
    for (int i = 0; i < ROUNDS; i++) {
      var collection = Disturbed.ask("node drained in mid-collection");
      Garbage.await("stop");
      moments.await(i);
      try {
        Kube.kubectl("drain", "n1", "--ignore-daemonsets", "--force", "--delete-emptydir-data",
            "--timeout=60s",
            "--pod-selector=app.kubernetes.io/component in (registry, garbage-collection)");
        collection.awaitEnd();
      } finally {
        collection.fault(() -> Kube.kubectl("uncordon", "n1"));
      }
      collection.awaitWell();
    }
  }

  @Test
  @Order(10)
  @Timeout(1800)
  void theApiServerRestartsInTheMiddle() {
    for (int i = 0; i < ROUNDS; i++) {
      String seconds = String.valueOf(i % 4);
      JsonObject run = disturbed("API server killed in mid-collection", i,
          () -> Bed.run("api", "restart", seconds));
      assertEquals("Succeeded", Kube.text(run, "state"), run.toString());
    }
    Release.awaitReady(Story.LATER);
  }

  @Test
  @Order(11)
  void aCollectorThatFailsSaysWhyAndTheRegistryServes() {
    String broken = Garbage.FOLDER + "/docker/registry/v2/repositories/broken";
    String link = broken + "/_manifests/revisions/sha256/" + "0".repeat(64);
    Bed.run("nodex", "n1", "sh", "-ec",
        "mkdir -p " + broken + "/_layers " + link + " && printf junk > " + link + "/link");
    try {
      JsonObject run = disturbed("the collector fails", -1, NOTHING);
      assertEquals("Failed", Kube.text(run, "state"), run.toString());
      assertTrue(Kube.text(run, "message").startsWith("its step garbage-collect ended with exit code 1: "),
          run.toString());
    } finally {
      Bed.run("nodex", "n1", "rm", "-rf", broken);
    }
  }

  @Test
  @Order(12)
  @Timeout(1800)
  @EnabledIfSystemProperty(named = SOAK, matches = "true")
  void aCollectorThatHangsIsGivenUp() {
    Duration itsOwnLimit = Duration.ofSeconds(60);
    Litter.drop();
    var collection = Disturbed.ask("the collector hangs for its 60 s");
    ProcessHandle collector = Garbage.await("garbage-collect");
    collection.fault(() -> Garbage.signal(collector, "STOP"));
    JsonObject run = collection.awaitWell(itsOwnLimit.plus(Disturbed.LIMIT));
    assertEquals("Failed", Kube.text(run, "state"), run.toString());
    assertEquals("its step garbage-collect was given up after 60 s", Kube.text(run, "message"));
  }

  @Test
  @Order(13)
  @Timeout(1800)
  @EnabledIfSystemProperty(named = SOAK, matches = "true")
  void aFullVolumeIsCollectedAsAnother() {
    Garbage.switchPersistenceOn(
        List.of("mount", "-t", "tmpfs", "-o", "size=900m,mode=0777", "tmpfs", Garbage.FOLDER));
    try {
      for (String image : Disturbed.USED) {
        if (Kube.cachedImage(image).isEmpty()) {
          Story.want("full", List.of(image));
        }
      }
      // Not by its status: that may still be of the cache before.
      Eventually.holds("the used images are cached", Story.LATER, Disturbed::served, Release::describe);
      String filling = Garbage.FOLDER + "/filling";
      assertTrue(Bed.attempt("", "nodex", "n1", "dd", "if=/dev/zero", "of=" + filling, "bs=64k")
          .exit() != 0, "the volume is not full");
      JsonObject run = disturbed("the volume is full", -1, NOTHING);
      assertEquals("Succeeded", Kube.text(run, "state"), run.toString());
      Bed.run("nodex", "n1", "rm", filling);
    } finally {
      Garbage.switchPersistenceOn();
    }
  }
}
