package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Containers;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A garbage collection is killed, disturbed and overtaken: afterwards the registry runs, and the image in use
 * is whole. The first of them once in the story, all of them twenty times in the soak run
 * ({@code -Dkuik.soak=true}).
 */
@Order(18)
class CollectionFaultsE2E {
  private static final String SOAK = "kuik.soak";
  private static final int ROUNDS = Integer.getInteger("kuik.rounds", Boolean.getBoolean(SOAK) ? 20 : 1);
  private static final Random CHANCE = new Random(7);

  private static void pause(int atMostMillis) {
    try {
      Thread.sleep(CHANCE.nextInt(atMostMillis));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A collection in which something happens; returns what became of it. */
  private static JsonObject disturbed(String what, Runnable fault) {
    String last = Garbage.last();
    Garbage.ask();
    fault.run();
    long start = System.nanoTime();
    JsonObject run = Garbage.awaitEnd(last);
    Garbage.assertWell(what);
    Story.measured(what,
        "registry well again after " + Story.seconds(Duration.ofNanos(System.nanoTime() - start))
            + ", collection " + Kube.text(run, "state"));
    return run;
  }

  private static void kill(String step, int atMostMillis) {
    for (int i = 0; i < ROUNDS; i++) {
      JsonObject run = disturbed("kill -9 of the step " + step, () -> {
        ProcessHandle process = Garbage.await(step);
        if (atMostMillis > 0) {
          pause(atMostMillis);
        }
        process.destroyForcibly();
      });
      if (Kube.text(run, "state").equals("Failed")) {
        assertTrue(Kube.text(run, "message").startsWith("its step " + step + " ended with exit code 137"),
            run.toString());
      }
    }
  }

  @Test
  @Order(1)
  @Timeout(1800)
  void theStepThatStopsIsKilled() {
    kill("stop", 3000);
  }

  @Test
  @Order(2)
  @Timeout(1800)
  void theCollectorIsKilled() {
    kill("garbage-collect", 0);
  }

  @Test
  @Order(3)
  @Timeout(1800)
  @EnabledIfSystemProperty(named = SOAK, matches = "true")
  void theStepThatRestoresIsKilled() {
    kill("restore", 3000);
  }

  @Test
  @Order(4)
  @Timeout(1800)
  void allControllersAreKilledInTheMiddle() {
    for (int i = 0; i < ROUNDS; i++) {
      disturbed("controllers killed while the registry was stopped", () -> {
        ProcessHandle stop = Garbage.await("stop");
        pause(2000);
        Kube.kubectl("-n", Release.NAMESPACE, "delete", "pod", "-l",
            "app.kubernetes.io/component=controllers",
            "--grace-period=0", "--force");
        if (CHANCE.nextBoolean()) {
          stop.destroyForcibly();
        }
      });
    }
    Release.awaitReady(Story.LATER);
  }

  @Test
  @Order(5)
  @Timeout(1800)
  void anUpgradeInTheMiddleStartsNothing() {
    for (int i = 0; i < ROUNDS; i++) {
      String value = String.valueOf(i);
      JsonObject run = disturbed("helm upgrade in mid-collection", () -> {
        Garbage.await("stop");
        Release.upgrade(Garbage.values("cacheWorker: {podAnnotations: {round: \"" + value + "\"}}\n"));
      });
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
      String replicas = CHANCE.nextBoolean() ? "0" : "1";
      disturbed("scaled by hand to " + replicas + " in mid-collection", () -> {
        Garbage.await("stop");
        pause(4000);
        Kube.kubectl("-n", Release.NAMESPACE, "scale", "statefulset/" + Garbage.STATEFUL_SET,
            "--replicas=" + replicas);
      });
    }
  }

  @Test
  @Order(7)
  @Timeout(1800)
  @EnabledIfSystemProperty(named = SOAK, matches = "true")
  void theRegistryIsKilledWhileItIsBeingCollectedAndAfter() {
    for (int i = 0; i < ROUNDS; i++) {
      disturbed("kill -9 of the registry", () -> {
        Containers.process(List.of("serve", "/etc/kuik/config.yml"))
            .ifPresent(ProcessHandle::destroyForcibly);
        Garbage.await("restore");
        Containers.process(List.of("serve", "/etc/kuik/config.yml"))
            .ifPresent(ProcessHandle::destroyForcibly);
      });
    }
  }

  @Test
  @Order(8)
  @Timeout(1800)
  @EnabledIfSystemProperty(named = SOAK, matches = "true")
  void theJobIsDeletedInTheMiddle() {
    var states = new ArrayList<String>();
    for (int i = 0; i < ROUNDS; i++) {
      states.add(Kube.text(disturbed("Job deleted in mid-collection", () -> {
        Garbage.await("stop");
        pause(4000);
        Kube.kubectl("-n", Release.NAMESPACE, "delete", "job", "-l",
            "app.kubernetes.io/component=garbage-collection", "--wait=false");
      }), "state"));
    }
    assertTrue(states.contains("Failed"), states.toString());
  }

  @Test
  @Order(9)
  @Timeout(1800)
  @EnabledIfSystemProperty(named = SOAK, matches = "true")
  void theNodeIsDrainedInTheMiddle() {
    for (int i = 0; i < ROUNDS; i++) {
      String last = Garbage.last();
      Garbage.ask();
      Garbage.await("stop");
      pause(4000);
      try {
        Kube.kubectl("drain", "n1", "--ignore-daemonsets", "--force", "--delete-emptydir-data",
            "--timeout=60s",
            "--pod-selector=app.kubernetes.io/component in (registry, garbage-collection)");
        Eventually.holds("the drained collection is over", Garbage.COLLECTION,
            () -> !Garbage.last().equals(last) && Garbage.run().filter(
                r -> List.of("Failed", "Succeeded").contains(Kube.text(r, "state"))).isPresent(),
            Garbage::describe);
      } finally {
        Kube.kubectl("uncordon", "n1");
      }
      Garbage.assertWell("node drained in mid-collection");
    }
  }

  @Test
  @Order(10)
  @Timeout(1800)
  void theApiServerRestartsInTheMiddle() {
    for (int i = 0; i < ROUNDS; i++) {
      JsonObject run = disturbed("API server killed in mid-collection", () -> {
        Garbage.await("stop");
        pause(3000);
        Bed.run("api", "restart", String.valueOf(CHANCE.nextInt(4)));
      });
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
      JsonObject run = disturbed("the collector fails", () -> Garbage.await("stop"));
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
    String last = Garbage.last();
    for (int i = 0; i < ROUNDS; i++) {
      String before = Garbage.last();
      Garbage.ask();
      ProcessHandle collector = Garbage.await("garbage-collect");
      Garbage.signal(collector, "STOP");
      if (collector.isAlive()) {
        last = before;
        break;
      }
      Garbage.awaitEnd(before);
    }
    String held = last;
    Eventually.holds("the collector that hangs is given up after its 60 s", Story.LATER,
        () -> !Garbage.last().equals(held) && Garbage.run().filter(
            r -> Kube.text(r, "message").equals("its step garbage-collect was given up after 60 s")
                && Kube.text(r, "state").equals("Failed"))
            .isPresent(),
        Garbage::describe);
    Garbage.assertWell("the collector hung");
  }

  @Test
  @Order(13)
  @Timeout(1800)
  @EnabledIfSystemProperty(named = SOAK, matches = "true")
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

  @Test
  @Order(14)
  @Timeout(1800)
  @EnabledIfSystemProperty(named = SOAK, matches = "true")
  void aFullVolumeIsCollectedAsAnother() {
    Garbage.switchPersistenceOn(
        List.of("mount", "-t", "tmpfs", "-o", "size=900m,mode=0777", "tmpfs", Garbage.FOLDER));
    try {
      if (Kube.cachedImage(Garbage.USED).isEmpty()) {
        Story.want("full", List.of(Garbage.USED));
      }
      // Not by its status: that may still be of the cache before.
      Eventually.holds("the used image is cached", Story.LATER, Garbage::servesUsed, Release::describe);
      String filling = Garbage.FOLDER + "/filling";
      assertTrue(Bed.attempt("", "nodex", "n1", "dd", "if=/dev/zero", "of=" + filling, "bs=64k")
          .exit() != 0, "the volume is not full");
      JsonObject run = disturbed("the volume is full", () -> Garbage.await("stop"));
      assertEquals("Succeeded", Kube.text(run, "state"), run.toString());
      Bed.run("nodex", "n1", "rm", filling);
    } finally {
      Garbage.switchPersistenceOn();
    }
  }
}
