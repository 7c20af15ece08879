package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A garbage collection is killed, disturbed and overtaken: afterwards the registry runs, and the image in use
 * is
 * whole. The first of them once in the story, all of them twenty times in the soak run
 * ({@code -Dkuik.soak=true}).
 */
@Order(15)
class CollectionFaultsE2E {
  private static final String SOAK = "kuik.soak";
  private static final int ROUNDS = Integer.getInteger("kuik.rounds", Boolean.getBoolean(SOAK) ? 20 : 1);
  private static final Random CHANCE = new Random(7);

  /** Programs as the machine sees them: those of the nodes' containers are among them. */
  private static Optional<ProcessHandle> process(List<String> arguments) {
    return ProcessHandle.allProcesses()
        .filter(p -> p.info().arguments().map(List::of).filter(a -> a.containsAll(arguments)).isPresent())
        .findFirst();
  }

  private static List<String> step(String name) {
    return name.equals("garbage-collect")
        ? List.of("garbage-collect", "--delete-untagged", "/etc/kuik/config.yml")
        : List.of("--stateful-set=" + Garbage.STATEFUL_SET, name);
  }

  private static ProcessHandle await(List<String> arguments) {
    long end = System.nanoTime() + Story.SOON.toNanos();
    Optional<ProcessHandle> found = process(arguments);
    // Without a pause: the collector of a small cache lives for some 50 ms.
    while (found.isEmpty() && System.nanoTime() < end) {
      found = process(arguments);
    }
    return found.orElseThrow(() -> new AssertionError(arguments + " never ran\n" + Garbage.describe()));
  }

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
        ProcessHandle process = await(step(step));
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
        ProcessHandle stop = await(step("stop"));
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
        await(step("stop"));
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
        await(step("stop"));
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
        process(List.of("serve", "/etc/kuik/config.yml")).ifPresent(ProcessHandle::destroyForcibly);
        await(step("restore"));
        process(List.of("serve", "/etc/kuik/config.yml")).ifPresent(ProcessHandle::destroyForcibly);
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
        await(step("stop"));
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
      await(step("stop"));
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
}
