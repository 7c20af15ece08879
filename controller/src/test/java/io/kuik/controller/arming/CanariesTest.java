package io.kuik.controller.arming;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.controller.arming.ArmingStore.Proxy;
import io.kuik.controller.arming.NodeWord.Failed;
import io.kuik.controller.arming.NodeWord.Proven;
import io.kuik.controller.arming.Obstacle.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Canaries from their creation to what becomes of rewriting. */
class CanariesTest {
  private static final String REFUSED = Pods.waiting("ErrImagePull", "connect: connection refused");
  private static final String PULLED = Pods.ended("Completed", "sha256:1");

  private final MemoryArming cluster = new MemoryArming();
  private Instant now = Pods.CREATED.plusSeconds(1);
  private Canaries canaries = replica();

  private Canaries replica() {
    return new Canaries(cluster, new Doubts(7439, w -> {
    }), new Canaries.Settings("kuik-system", "kuik", "kuik", 7439, true), () -> now);
  }

  /** As if something had changed before each. */
  private void turns(int count) {
    for (int i = 0; i < count; i++) {
      cluster.changes++;
      canaries.turn();
    }
  }

  private Reason reason() {
    return cluster.obstacle().map(Obstacle::reason).orElseThrow();
  }

  @Test
  void everyNodeIsProvenOnceAndThenRewritingIsArmed() {
    cluster.node("n1");
    cluster.node("n2");
    turns(3);
    assertEquals(Set.of("n1", "n2"), Set.copyOf(cluster.canaries().stream().map(CanaryPod::node).toList()));
    assertEquals(Reason.PENDING, reason());
    cluster.report(PULLED);
    turns(3);
    assertEquals(Optional.empty(), cluster.obstacle());
    assertEquals(Map.of(), cluster.pods);
    assertEquals(2, cluster.created);
    assertEquals(List.of(), cluster.events);
  }

  @Test
  void anotherLeaderBelievesWhatWasProven() {
    cluster.node("n1");
    turns(1);
    cluster.report(PULLED);
    turns(2);
    canaries = replica();
    turns(3);
    assertEquals(1, cluster.created);
    assertEquals(Optional.empty(), cluster.obstacle());
  }

  @Test
  void anotherLeaderJudgesTheCanariesThatItFinds() {
    cluster.node("n1");
    turns(1);
    canaries = replica();
    cluster.report(PULLED);
    turns(2);
    assertEquals(1, cluster.created);
    assertEquals(Optional.empty(), cluster.obstacle());
  }

  @Test
  void aRuntimeThatCanNotPullIsToldOfOnceAndTriedAgainLaterAndLater() {
    cluster.node("n1");
    int failures = 0;
    for (int second = 0; second < 600; second++) {
      now = now.plusSeconds(1);
      int before = cluster.created;
      canaries.turn();
      failures += cluster.created - before;
      cluster.report(REFUSED);
    }
    assertTrue(failures >= 7 && failures <= 10, failures + " canaries in ten minutes");
    assertEquals(Reason.FAILED, reason());
    assertEquals("the container runtime of node n1 can't pull from its proxy at localhost:7439:"
        + " connect: connection refused (since 2026-11-25T12:00:03Z)",
        cluster.obstacle().orElseThrow().message());
    assertEquals(List.of("Warning proxy-n1 CanaryFailed"), cluster.events);
  }

  @Test
  void whatIsHealedIsArmedByItself() {
    cluster.node("n1");
    turns(1);
    cluster.report(REFUSED);
    turns(2);
    assertEquals(Reason.FAILED, reason());
    now = now.plus(Canaries.pause(1));
    turns(1);
    cluster.report(PULLED);
    turns(1);
    assertEquals(Optional.empty(), cluster.obstacle());
    assertEquals(List.of("Warning proxy-n1 CanaryFailed", "Normal proxy-n1 CanaryPulled"), cluster.events);
  }

  /** Turns of the chore, which goes on after a failure. */
  private void turnsThatMayFail(int count) {
    for (int i = 0; i < count; i++) {
      try {
        turns(1);
      } catch (IllegalStateException e) {
        // Its next turn comes all the same.
      }
    }
  }

  @Test
  void aWordCountsWhetherOrNotItCanBeToldOf() {
    cluster.node("n1");
    turns(1);
    cluster.report(REFUSED);
    cluster.dumb = true;
    turnsThatMayFail(2);
    assertEquals(Reason.FAILED, reason());
    now = now.plus(Canaries.pause(1));
    turnsThatMayFail(1);
    cluster.report(PULLED);
    turnsThatMayFail(1);
    assertEquals(Optional.empty(), cluster.obstacle());
    assertEquals(2, cluster.created);
  }

  @Test
  void aWordIsWrittenDownAlthoughItsCanaryCanNotBeDeleted() {
    cluster.node("n1");
    turns(1);
    cluster.report(PULLED);
    cluster.stuck = true;
    turnsThatMayFail(1);
    assertEquals(Optional.empty(), cluster.obstacle());
  }

  @Test
  void whatCouldNotBeWrittenDownIsNotForgotten() {
    cluster.node("n1");
    turns(1);
    cluster.report(PULLED);
    cluster.away = true;
    turnsThatMayFail(3);
    assertEquals(Reason.PENDING, reason());
    cluster.away = false;
    turns(1);
    assertEquals(Optional.empty(), cluster.obstacle());
    assertEquals(1, cluster.created);
  }

  @Test
  void pausesGrowToFiveMinutes() {
    assertEquals(Duration.ofSeconds(2), Canaries.pause(1));
    assertEquals(Duration.ofSeconds(16), Canaries.pause(4));
    assertEquals(Duration.ofMinutes(5), Canaries.pause(9));
    assertEquals(Duration.ofMinutes(5), Canaries.pause(1000));
  }

  @Test
  void aClusterThatRefusesTheCanarySaysSo() {
    cluster.node("n1");
    cluster.refusal = Optional.of("exceeded quota:\n pods");
    turns(2);
    var word = assertInstanceOf(Failed.class, cluster.words.get("n1"));
    assertEquals("exceeded quota: pods", word.message());
    assertEquals(Reason.REFUSED, reason());
    assertEquals(List.of("Warning proxy-n1 CanaryRefused"), cluster.events);
    cluster.refusal = Optional.empty();
    now = now.plusSeconds(2);
    turns(1);
    cluster.report(PULLED);
    turns(1);
    assertEquals(Optional.empty(), cluster.obstacle());
  }

  private void provenByAnOlderProxy() {
    cluster.node("n1");
    turns(1);
    cluster.report(PULLED);
    turns(1);
    cluster.proxies.put("n1", new Proxy("proxy-n1", "proxy-uid-2", "r2"));
    turns(1);
    assertEquals(Optional.empty(), cluster.obstacle(), "armed while it is only looked at again");
    assertEquals(1, cluster.pods.size());
  }

  @Test
  void anUpgradedProxyIsProvenAgainWithoutAPause() {
    provenByAnOlderProxy();
    cluster.report(PULLED);
    turns(2);
    assertEquals("r2", assertInstanceOf(Proven.class, cluster.words.get("n1")).proxy());
    assertEquals(2, cluster.created);
  }

  @Test
  void aPullThatFailsTakesTheProofBack() {
    provenByAnOlderProxy();
    cluster.report(REFUSED);
    turns(1);
    assertEquals(Reason.FAILED, reason());
  }

  @Test
  void aPullThatFailsForTheNodesOwnReasonsDoesNot() {
    provenByAnOlderProxy();
    cluster.report(Pods.waiting("ErrImagePull", "pull QPS exceeded"));
    turns(2);
    assertEquals(Optional.empty(), cluster.obstacle());
    assertEquals(List.of("Warning proxy-n1 CanaryStuck"), cluster.events);
    now = now.plus(Canaries.pause(1));
    turns(1);
    assertEquals(3, cluster.created, "it is looked at again");
  }

  @Test
  void aCanaryThatGotNowhereTakesNoProofBack() {
    provenByAnOlderProxy();
    now = Pods.CREATED.plusSeconds(200);
    turns(1);
    assertEquals(Optional.empty(), cluster.obstacle());
    cluster.refusal = Optional.of("exceeded quota");
    now = now.plusSeconds(10);
    turns(1);
    assertEquals(Optional.empty(), cluster.obstacle());
    assertEquals("r1", assertInstanceOf(Proven.class, cluster.words.get("n1")).proxy());
  }

  @Test
  void writesDownOnlySoManyFailures() {
    for (int i = 0; i < 40; i++) {
      cluster.node("n" + i);
    }
    cluster.refusal = Optional.of("no");
    turns(1);
    assertEquals(20, cluster.words.size());
    assertEquals(0, cluster.created);
    assertEquals(1, cluster.owners);
    assertEquals(Reason.REFUSED, reason());
  }

  @Test
  void whileNothingChangesNothingIsLookedAtButOnceAMinute() {
    cluster.node("n1");
    turns(1);
    cluster.report(PULLED);
    turns(2);
    int before = cluster.looked;
    canaries.turn();
    assertEquals(before, cluster.looked);
    now = now.plusSeconds(60);
    canaries.turn();
    assertTrue(cluster.looked > before);
  }

  @Test
  void nothingIsDoneBeforeTheClusterIsKnown() {
    cluster.node("n1");
    cluster.known = false;
    turns(2);
    assertEquals(0, cluster.created);
  }

  @Test
  void whenTheyAreSwitchedOffTheOnesFromBeforeGo() {
    cluster.node("n1");
    turns(1);
    cluster.wanted = false;
    cluster.report(PULLED);
    turns(2);
    assertEquals(Map.of(), cluster.pods);
    assertEquals(Map.of(), cluster.words);
    assertEquals(1, cluster.created);
  }
}
