package io.kuik.controller.servable;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a rewritten name would find a proxy wherever the pod lands. */
class ArmedTest {
  private static Armed.Node node(String name) {
    return new Armed.Node(name, true, true);
  }

  @Test
  void nothingStandsInTheWayWithAProxyOnEveryNode() {
    assertEquals(Optional.empty(), Armed.obstacle(List.of(node("a"), node("b")), Set.of("a", "b")));
  }

  @Test
  void namesTheNodeWithoutAProxy() {
    assertEquals(Optional.of("no proxy is Ready on node b"),
        Armed.obstacle(List.of(node("a"), node("b")), Set.of("a")));
    assertEquals(Optional.of("no proxy is Ready on node a and 2 more"),
        Armed.obstacle(List.of(node("c"), node("b"), node("a")), Set.of()));
  }

  @Test
  void nodesThatTakeNoLinuxPodsDoNotCount() {
    assertEquals(Optional.empty(), Armed.obstacle(
        List.of(node("a"), new Armed.Node("down", false, true), new Armed.Node("win", true, false)),
        Set.of("a")));
  }

  @Test
  void aClusterWithoutAnyProxyIsNotArmed() {
    assertEquals(Optional.of("no proxy is Ready on any node"), Armed.obstacle(List.of(), Set.of()));
    assertEquals(Optional.of("no proxy is Ready on any node"),
        Armed.obstacle(List.of(new Armed.Node("down", false, true)), Set.of()));
  }
}
