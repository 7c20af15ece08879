package io.kuik.controller.collection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.controller.ops.ControllerMetrics;
import io.kuik.controller.schedule.Schedule;
import io.kuik.controller.servable.ManualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is done about garbage collection, in a cluster where everything may die at any moment. */
class CollectorTest {
  private static final JsonObject TEMPLATE = JsonParser.parseString("{\"metadata\":{\"namespace\":\"n\"}}")
      .getAsJsonObject();

  private final ManualClock clock = new ManualClock();
  private final MemoryCluster cluster = new MemoryCluster(clock);
  private final ControllerMetrics metrics = new ControllerMetrics();
  private int opened;
  private Collector collector = collector(Optional.empty());

  /** A new process that leads. */
  private Collector collector(Optional<Schedule> schedule) {
    return new Collector(cluster, new Collector.Settings(schedule, Optional.empty(), TEMPLATE), () -> true,
        () -> opened++, clock, metrics);
  }

  private void request() {
    cluster.annotations.put(Registry.REQUEST, "now");
  }

  private Run run() {
    return Run.parse(cluster.annotations.get(Registry.RUN)).orElseThrow();
  }

  /** Goes on until everything rests, with a leader that dies after so many writes and is replaced. */
  private void live(int writesOfTheFirst, int killAt) {
    cluster.writes = writesOfTheFirst;
    for (int round = 0; round < 40; round++) {
      try {
        collector.look();
      } catch (MemoryCluster.Killed e) {
        cluster.writes = Integer.MAX_VALUE;
        collector = collector(Optional.empty());
        collector.look();
      }
      if (round == killAt) {
        cluster.kill();
      } else {
        cluster.goOn();
      }
    }
  }

  private void assertWellAgain(String when) {
    assertEquals(1, cluster.replicas, when);
    assertFalse(run().active(), when);
    assertFalse(cluster.annotations.containsKey(Registry.REPLICAS), when);
    assertFalse(cluster.annotations.containsKey(Registry.REQUEST), when);
    assertFalse(cluster.collided, when + ": the registry ran beside the collector");
    assertEquals(1, cluster.jobs.size(), when + ": one Job");
    assertEquals(Optional.empty(), collector.closed(), when);
  }

  @Test
  void collectsWhenAsked() {
    request();
    live(Integer.MAX_VALUE, -1);
    assertWellAgain("at the end");
    assertEquals(Run.State.SUCCEEDED, run().state());
    assertEquals(List.of("GarbageCollectionStarted", "GarbageCollectionSucceeded"), cluster.events);
  }

  @Test
  void everyMomentOfTheLeadersDeathEndsWell() {
    for (int writes = 0; writes < 8; writes++) {
      cluster.annotations.clear();
      cluster.jobs.clear();
      request();
      live(writes, -1);
      assertWellAgain("dead after " + writes + " writes");
      assertEquals(Run.State.SUCCEEDED, run().state());
    }
  }

  @Test
  void everyMomentOfAStepsDeathEndsWell() {
    for (int round = 0; round < 10; round++) {
      for (int writes = 0; writes < 9; writes++) {
        cluster.annotations.clear();
        cluster.jobs.clear();
        request();
        live(writes, round);
        assertWellAgain("killed in round " + round + ", leader dead after " + writes + " writes");
      }
    }
  }

  /** Goes on until the collector's pod has got to this phase. */
  private void reach(MemoryCluster.Phase phase) {
    for (int round = 0; round < 10 && !cluster.jobs.containsValue(phase); round++) {
      collector.look();
      cluster.goOn();
    }
    assertTrue(cluster.jobs.containsValue(phase), cluster.jobs.toString());
  }

  @Test
  void aJobThatIsDeletedAtAnyMomentNeverLetsTheRegistryMeetTheCollector() {
    for (int round = 0; round < 10; round++) {
      cluster.annotations.clear();
      cluster.jobs.clear();
      request();
      for (int i = 0; i <= round; i++) {
        collector.look();
        cluster.goOn();
      }
      cluster.deleteJobs();
      for (int i = 0; i < 10; i++) {
        collector.look();
        cluster.goOn();
      }
      String when = "deleted in round " + round;
      assertEquals(1, cluster.replicas, when);
      assertFalse(run().active(), when);
      assertFalse(cluster.collided, when + ": the registry ran beside the collector");
    }
  }

  @Test
  void aCollectorThatHangsIsEndedAndOnlyThenTheRegistryIsStarted() {
    request();
    cluster.hangs = MemoryCluster.Phase.COLLECTING;
    reach(MemoryCluster.Phase.COLLECTING);
    clock.pass(Duration.ofMinutes(51));
    for (int round = 0; round < 10; round++) {
      collector.look();
      cluster.goOn();
    }
    assertEquals(1, cluster.replicas);
    assertFalse(cluster.collided, "the registry ran beside the collector");
    assertEquals(Run.State.FAILED, run().state());
    assertEquals("its step garbage-collect was given up after 3000 s", run().message());
  }

  @Test
  void theClusterOfTheseTestsSeesARegistryBesideTheCollector() {
    request();
    reach(MemoryCluster.Phase.COLLECTING);
    assertFalse(cluster.collided);
    cluster.scaleByHand(1);
    assertTrue(cluster.collided);
  }

  @Test
  void whoStopsDoesNothingMore() {
    collector.look();
    request();
    collector.stop();
    collector.look();
    assertTrue(cluster.annotations.containsKey(Registry.REQUEST));
    assertTrue(cluster.jobs.isEmpty());
  }

  @Test
  void copiesArePausedFromTheBeginningToTheEnd() {
    collector.look();
    assertEquals(1, opened);
    request();
    cluster.copies.add("copy");
    collector.look();
    assertTrue(collector.closed().isPresent());
    assertTrue(cluster.jobs.isEmpty(), "it waits for the copy");
    cluster.copies.clear();
    collector.look();
    assertEquals(1, cluster.jobs.size());
    assertTrue(collector.closed().orElse("").startsWith("garbage is being collected: Job kuik-gc-"),
        collector.closed().orElse(""));
    for (int i = 0; i < 10; i++) {
      cluster.goOn();
      collector.look();
    }
    assertEquals(Optional.empty(), collector.closed());
    assertEquals(2, opened);
  }

  @Test
  void aLeaderThatHasNotLookedYetStartsNoCopies() {
    assertEquals(Optional.of("the controller has only just started"), collector.closed());
  }

  @Test
  void copiesThatDoNotEndAreStopped() {
    request();
    cluster.copies.add("copy");
    collector.look();
    clock.pass(Plan.COPIES);
    collector.look();
    assertTrue(cluster.copies.isEmpty());
    assertEquals(1, cluster.jobs.size());
  }

  @Test
  void aMissedScheduleIsMadeUpOnce() {
    collector = collector(Optional.of(Schedule.parse("@hourly")));
    collector.look();
    assertTrue(cluster.jobs.isEmpty());
    clock.pass(Duration.ofHours(5));
    collector = collector(Optional.of(Schedule.parse("@hourly")));
    for (int i = 0; i < 15; i++) {
      collector.look();
      cluster.goOn();
    }
    assertEquals(1, cluster.jobs.size());
    assertEquals(Run.State.SUCCEEDED, run().state());
  }

  @Test
  void whoMayNotReadTheStatefulSetStillCopies() {
    var forbidden = new Collector(new MemoryCluster(clock) {
      @Override
      public Optional<Registry> registry() {
        throw new IllegalStateException("HTTP 403");
      }
    }, new Collector.Settings(Optional.empty(), Optional.empty(), TEMPLATE), () -> true, () -> opened++,
        clock, metrics);
    assertThrows(IllegalStateException.class, forbidden::turn);
    assertEquals(Optional.empty(), forbidden.closed());
    assertEquals(1, opened);
  }

  @Test
  void countsWhatBecameOfThem() throws IOException {
    request();
    live(Integer.MAX_VALUE, 3);
    request();
    cluster.replicas = 0;
    collector.look();
    String text = new String(metrics.text(), StandardCharsets.UTF_8);
    assertTrue(text.contains("kube_image_keeper_controller_garbage_collections_total{result=\"Failed\"} 1.0"),
        text);
    assertTrue(
        text.contains("kube_image_keeper_controller_garbage_collections_total{result=\"Refused\"} 1.0"),
        text);
  }

  @Test
  void aJobThatTheApiServerRefusesIsAFailureThatSaysWhyAndCopiesGoOn() throws IOException {
    cluster.refusal = Optional.of("HTTP 403 exceeded quota: jobs");
    request();
    collector.look();
    assertEquals(Optional.empty(), collector.closed());
    assertFalse(collector.atWork());
    assertEquals(Run.State.FAILED, run().state());
    assertEquals("not begun: the API server refused its Job: HTTP 403 exceeded quota: jobs."
        + " Allow it, then ask again: kubectl annotate --overwrite statefulset kuik-registry"
        + " kuik.enix.io/collect-garbage=now", run().message());
    assertEquals(List.of("GarbageCollectionFailed: Job " + run().job() + ": " + run().message()),
        cluster.told);
    assertFalse(cluster.annotations.containsKey(Registry.REPLICAS));
    assertEquals(1, cluster.replicas);
    String text = new String(metrics.text(), StandardCharsets.UTF_8);
    assertTrue(text.contains("kube_image_keeper_controller_garbage_collections_total{result=\"Failed\"} 1.0"),
        text);
  }

  @Test
  void anApiServerThatDoesNotAnswerIsAskedAgainForALimitedTime() {
    cluster.silent = true;
    request();
    assertThrows(IllegalStateException.class, collector::look);
    clock.pass(Plan.BEGIN.minusSeconds(1));
    assertThrows(IllegalStateException.class, collector::look);
    assertTrue(run().active());
    clock.pass(Duration.ofSeconds(2));
    collector.look();
    assertEquals(Run.State.FAILED, run().state());
    assertEquals(Optional.empty(), collector.closed());
  }

  @Test
  void anApiServerThatAnswersAgainInTimeCostsNothing() {
    cluster.silent = true;
    request();
    assertThrows(IllegalStateException.class, collector::look);
    cluster.silent = false;
    live(Integer.MAX_VALUE, -1);
    assertWellAgain("after an answer that did not come");
    assertEquals(Run.State.SUCCEEDED, run().state());
  }

  @Test
  void atWorkIsOnlyWhoLeadsACollection() {
    assertFalse(collector.atWork(), "whoever does not lead never looks");
    collector.look();
    assertFalse(collector.atWork());
    request();
    cluster.copies.add("copy");
    collector.look();
    assertTrue(collector.atWork(), "it waits for the copy");
    cluster.copies.clear();
    reach(MemoryCluster.Phase.COLLECTING);
    assertTrue(collector.atWork());
    var another = collector(Optional.empty());
    another.look();
    assertTrue(another.atWork(), "it goes on with it");
    collector.stop();
    assertFalse(collector.atWork(), "another leads");
    collector = another;
    live(Integer.MAX_VALUE, -1);
    assertFalse(collector.atWork());
  }
}
