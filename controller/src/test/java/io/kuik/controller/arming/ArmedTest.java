package io.kuik.controller.arming;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kuik.controller.arming.Obstacle.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a rewritten name would find a proxy wherever the pod lands. */
class ArmedTest {
  private static Node node(String name) {
    return new Node(name, "uid-" + name, true, true);
  }

  private static Optional<Obstacle> obstacle(List<Node> nodes, Set<String> proxies) {
    return Armed.obstacle(nodes, proxies, n -> Optional.empty());
  }

  private static Optional<Obstacle> noProxy(String message) {
    return Optional.of(new Obstacle(Reason.NO_PROXY, message));
  }

  @Test
  void nothingStandsInTheWayWithAProvenProxyOnEveryNode() {
    assertEquals(Optional.empty(), obstacle(List.of(node("a"), node("b")), Set.of("a", "b")));
  }

  @Test
  void namesTheNodeWithoutAProxy() {
    assertEquals(noProxy("no proxy is Ready on node b"),
        obstacle(List.of(node("a"), node("b")), Set.of("a")));
    assertEquals(noProxy("no proxy is Ready on node a and 2 more"),
        obstacle(List.of(node("c"), node("b"), node("a")), Set.of()));
  }

  @Test
  void nodesThatTakeNoLinuxPodsDoNotCount() {
    assertEquals(Optional.empty(), Armed.obstacle(
        List.of(node("a"), new Node("down", "1", false, true), new Node("win", "2", true, false)),
        Set.of("a"),
        n -> n.name().equals("a") ? Optional.empty() : Optional.of(new Obstacle(Reason.FAILED, "no"))));
  }

  @Test
  void aClusterWithoutAnyProxyIsNotArmed() {
    assertEquals(noProxy("no proxy is Ready on any node"), obstacle(List.of(), Set.of()));
    assertEquals(noProxy("no proxy is Ready on any node"),
        obstacle(List.of(new Node("down", "1", false, true)), Set.of()));
  }

  @Test
  void aClusterWithoutAnyReadyNodeIsNotArmed() {
    assertEquals(noProxy("no Linux node is Ready"),
        obstacle(List.of(new Node("down", "1", false, true)), Set.of("down")));
  }

  private static Optional<Reason> reason(List<Node> nodes, Map<String, Reason> unproven) {
    return Armed.obstacle(nodes, Set.of("a", "b", "c"),
        n -> Optional.ofNullable(unproven.get(n.name()))
            .map(r -> new Obstacle(r, n.name() + " isn't proven")))
        .map(Obstacle::reason);
  }

  @Test
  void aNodeThatTakesNoPodsHoldsNoOtherUp() {
    List<Node> nodes = List.of(node("a"), node("b"), node("c"));
    assertEquals(Optional.empty(), reason(nodes, Map.of("a", Reason.TAKES_NO_PODS)));
    assertEquals(Optional.empty(),
        reason(nodes, Map.of("a", Reason.TAKES_NO_PODS, "b", Reason.TAKES_NO_PODS)));
    assertEquals(Optional.of(Reason.PENDING),
        reason(nodes, Map.of("a", Reason.TAKES_NO_PODS, "b", Reason.PENDING)));
    assertEquals(Optional.of(Reason.DOUBTED),
        reason(nodes, Map.of("a", Reason.TAKES_NO_PODS, "b", Reason.DOUBTED)));
  }

  @Test
  void nodesThatTakeNoPodsAreNoReasonToRewriteWhenNoneIsProven() {
    List<Node> nodes = List.of(node("a"), node("b"));
    assertEquals(Optional.of(Reason.TAKES_NO_PODS),
        reason(nodes, Map.of("a", Reason.TAKES_NO_PODS, "b", Reason.TAKES_NO_PODS)));
    assertEquals(Optional.of(Reason.PENDING),
        reason(nodes, Map.of("a", Reason.TAKES_NO_PODS, "b", Reason.PENDING)));
  }

  @Test
  void aFailureIsToldBeforeANodeThatIsStillBeingProven() {
    var unproven = Map.of("b", new Obstacle(Reason.PENDING, "b has yet to"), "c",
        new Obstacle(Reason.FAILED, "c can't"), "d", new Obstacle(Reason.PENDING, "d has yet to"));
    assertEquals(Optional.of(new Obstacle(Reason.FAILED, "c can't (2 more not proven)")),
        Armed.obstacle(List.of(node("a"), node("b"), node("c"), node("d")), Set.of("a", "b", "c", "d"),
            n -> Optional.ofNullable(unproven.get(n.name()))));
    assertEquals(Optional.of(new Obstacle(Reason.PENDING, "b has yet to")),
        Armed.obstacle(List.of(node("a"), node("b")), Set.of("a", "b"),
            n -> Optional.ofNullable(unproven.get(n.name()))));
  }
}
