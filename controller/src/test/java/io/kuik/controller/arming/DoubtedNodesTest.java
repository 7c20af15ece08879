package io.kuik.controller.arming;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.controller.arming.ArmingStore.Proxy;
import io.kuik.controller.arming.NodeWord.Failed;
import io.kuik.controller.arming.NodeWord.Proven;
import io.kuik.controller.arming.Obstacle.Reason;
import io.kuik.controller.pod.PodView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A proof is taken back when pods find no proxy, and given again by a canary. */
class DoubtedNodesTest {
  private static final String PULLED = Pods.ended("Completed", "sha256:1");
  private static final String NO_WAY = Pods.waiting("ErrImagePull", "connect: connection refused");
  private static final String FULL = """
      {'phase': 'Failed', 'reason': 'OutOfpods', 'message': 'no room for pods'}""";
  private static final String REFUSED = "dial tcp 127.0.0.1:7439: connect: connection refused";
  private static final PodView POD = DoubtTest.pod("localhost:7439/docker.io/library/a:1", "true",
      "ErrImagePull", REFUSED);

  private final MemoryArming cluster = new MemoryArming();
  private final List<String> followed = new ArrayList<>();
  private final Doubts doubts = new Doubts(7439, followed::add);
  private Instant now = Pods.CREATED.plusSeconds(1);
  private Canaries canaries = replica(true);

  private Canaries replica(boolean healing) {
    return new Canaries(cluster, doubts, new Canaries.Settings("kuik-system", "kuik", "kuik", 7439, healing),
        () -> now);
  }

  private void turn() {
    cluster.changes++;
    canaries.turn();
  }

  private void canarySays(String status) {
    turn();
    cluster.report(status);
    turn();
    turn();
  }

  private void aPodFindsNoProxy() {
    doubts.hear(Optional.empty(), POD);
    canaries.turn();
  }

  private Optional<Reason> reason() {
    return cluster.obstacle().map(Obstacle::reason);
  }

  @BeforeEach
  void aProvenNode() {
    cluster.node("n1");
    canarySays(PULLED);
    assertEquals(Optional.empty(), reason());
    now = now.plusSeconds(60);
  }

  @Test
  void rewritingPausesAtOnceAndSaysWhyAndSinceWhen() {
    aPodFindsNoProxy();
    assertEquals("the container runtime of node n1 has lost the way to its proxy at localhost:7439, which was"
        + " proven before: " + REFUSED + " (since 2026-11-25T12:01:01Z)",
        cluster.obstacle().orElseThrow().message());
    assertEquals(List.of("Warning proxy-n1 NodeDoubted"), cluster.events);
    assertEquals(List.of("TakenBack"), followed);
    assertEquals(1, cluster.pods.size(), "its canary is on the way");
  }

  @Test
  void aCanaryThatIsThroughArmsAgain() {
    aPodFindsNoProxy();
    cluster.report(PULLED);
    turn();
    assertEquals(Optional.empty(), reason());
    assertEquals(List.of("Warning proxy-n1 NodeDoubted", "Normal proxy-n1 CanaryPulled"), cluster.events);
  }

  @Test
  void aCanaryThatFailsTooKeepsTheTimeOfTheDoubt() {
    aPodFindsNoProxy();
    now = now.plusSeconds(5);
    cluster.report(NO_WAY);
    turn();
    var word = assertInstanceOf(Failed.class, cluster.words.get("n1"));
    assertEquals(Reason.FAILED, word.reason());
    assertEquals(Instant.parse("2026-11-25T12:01:01Z"), word.since());
  }

  @Test
  void aCanaryFromBeforeTheDoubtProvesNothing() {
    cluster.proxies.put("n1", new Proxy("proxy-n1", "proxy-uid-n1", "r2"));
    turn();
    cluster.report(PULLED);
    aPodFindsNoProxy();
    assertEquals(Optional.of(Reason.DOUBTED), reason());
    turn();
    assertEquals(Optional.of(Reason.DOUBTED), reason());
    canarySays(PULLED);
    assertEquals(Optional.empty(), reason());
  }

  @Test
  void aProxyThatOnlyRestartsRaisesNoDoubt() {
    Proxy proxy = cluster.proxies.remove("n1");
    turn();
    aPodFindsNoProxy();
    assertEquals(Optional.of(Reason.NO_PROXY), reason());
    cluster.proxies.put("n1", proxy);
    turn();
    now = now.plusSeconds(5);
    aPodFindsNoProxy();
    assertEquals(Optional.empty(), reason(), "the pull may have failed before");
    now = now.plusSeconds(15);
    aPodFindsNoProxy();
    assertEquals(Optional.of(Reason.DOUBTED), reason());
  }

  @Test
  void podsThatFindNoProxyAllTheTimePauseRewritingOnceInFiveMinutesAndAskForALookAMinute() {
    int paused = 0;
    int before = cluster.created;
    for (int second = 0; second < 600; second++) {
      now = now.plusSeconds(1);
      aPodFindsNoProxy();
      paused += cluster.obstacle().isPresent() ? 1 : 0;
      cluster.report(PULLED);
      turn();
    }
    assertTrue(paused >= 2 && paused <= 3, paused + " pauses");
    int looks = cluster.created - before;
    assertTrue(looks >= 9 && looks <= 11, looks + " canaries");
    assertEquals(looks, followed.size());
  }

  @Test
  void whatIsNotWrittenDownIsTriedAgain() {
    cluster.away = true;
    doubts.hear(Optional.empty(), POD);
    for (int i = 0; i < 2; i++) {
      try {
        canaries.turn();
      } catch (IllegalStateException e) {
        assertEquals("away", e.getMessage());
      }
    }
    cluster.away = false;
    canaries.turn();
    assertEquals(Optional.of(Reason.DOUBTED), reason());
    assertEquals(1, followed.size());
  }

  @Test
  void withoutCanariesThereAreNoProofsToTakeBack() {
    cluster.wanted = false;
    aPodFindsNoProxy();
    assertInstanceOf(Proven.class, cluster.words.get("n1"));
    assertFalse(doubts.any());
  }

  private void aSecondNodeIsFull() {
    cluster.proxies.put("n2", new Proxy("proxy-n2", "proxy-uid-n2", "r1"));
    cluster.nodes.add(new Node("n2", "uid-n2", true, true));
    canarySays(FULL);
  }

  @Test
  void aNodeThatTakesNoPodsPausesRewritingOnlyUntilItsKubeletSaysSo() {
    aSecondNodeIsFull();
    assertEquals(Optional.empty(), reason());
    assertEquals(Reason.TAKES_NO_PODS, assertInstanceOf(Failed.class, cluster.words.get("n2")).reason());
    now = now.plus(Canaries.pause(1));
    canarySays(PULLED);
    assertInstanceOf(Proven.class, cluster.words.get("n2"));
  }

  @Test
  void withoutHealingItPausesRewritingAsLongAsItIsNotProven() {
    canaries = replica(false);
    aSecondNodeIsFull();
    assertEquals(Optional.of(Reason.REFUSED), reason());
  }

  @Test
  void onceItsPodsFoundNoProxyOnlyACanaryArmsAgain() {
    cluster.node("n2");
    canarySays(PULLED);
    cluster.words.put("n1", new Failed("uid-n1", 7439, Reason.TAKES_NO_PODS, "", 1, now, now));
    assertEquals(Optional.empty(), reason());
    aPodFindsNoProxy();
    assertEquals(Optional.of(Reason.DOUBTED), reason());
    cluster.report(FULL);
    for (int i = 0; i < 5; i++) {
      turn();
      now = now.plus(Duration.ofMinutes(5));
      canarySays(FULL);
      assertEquals(Optional.of(Reason.DOUBTED), reason());
    }
    now = now.plus(Duration.ofMinutes(5));
    canarySays(PULLED);
    assertEquals(Optional.empty(), reason());
  }

  @Test
  void aCanaryThatGetsNowhereDoesNotMakeTheLostWayForgotten() {
    cluster.node("n2");
    canarySays(PULLED);
    aPodFindsNoProxy();
    cluster.report(Pods.waiting("ErrImagePull", "write /var/lib: no space left on device"));
    turn();
    now = now.plus(Canaries.pause(1));
    canarySays(FULL);
    assertEquals(Optional.of(Reason.DOUBTED), reason());
  }

  @Test
  void anyNumberOfFullNodesIsWrittenDown() {
    for (int i = 10; i < 50; i++) {
      cluster.node("m" + i);
    }
    turn();
    cluster.report(FULL);
    turn();
    assertEquals(Optional.empty(), reason());
  }
}
