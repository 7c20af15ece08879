package io.kuik.controller.arming;

import io.kuik.controller.arming.Obstacle.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Whether a rewritten name would find a proxy on whatever node the pod lands on. */
public final class Armed {
  private Armed() {
  }

  /**
   * What stands in the way of rewriting; empty if nothing does. A node that is not Ready gets no pods, so its
   * proxy doesn't count; a Ready one without a Ready proxy, or whose runtime doesn't reach it, would leave
   * its pods waiting for an image.
   *
   * @param unproven
   *          what is missing of the proof that a node's runtime reaches its proxy
   */
  public static Optional<Obstacle> obstacle(Collection<Node> nodes, Set<String> nodesWithReadyProxy,
      Function<Node, Optional<Obstacle>> unproven) {
    List<Node> counting = nodes.stream().filter(Node::counts).toList();
    var missing = new TreeSet<String>();
    counting.stream().map(Node::name).filter(n -> !nodesWithReadyProxy.contains(n)).forEach(missing::add);
    if (!missing.isEmpty()) {
      return Optional.of(new Obstacle(Reason.NO_PROXY,
          "no proxy is Ready on node " + missing.first() + more(missing.size())));
    }
    if (nodesWithReadyProxy.isEmpty()) {
      return Optional.of(new Obstacle(Reason.NO_PROXY, "no proxy is Ready on any node"));
    }
    if (counting.isEmpty()) {
      // For a moment, when the API server has been away: nodes are given up before their pods are.
      return Optional.of(new Obstacle(Reason.NO_PROXY, "no Linux node is Ready"));
    }
    var found = new TreeMap<String, Obstacle>();
    counting.forEach(n -> unproven.apply(n).ifPresent(o -> found.put(n.name(), o)));
    return worst(found, counting.size());
  }

  /**
   * A failure says more than that another node's canary is under way. A node that takes no pods needs no
   * proof to start none, and holds the others up only if not one of them is proven.
   */
  private static Optional<Obstacle> worst(Map<String, Obstacle> found, int nodes) {
    var obstacles = new ArrayList<>(found.values());
    if (obstacles.size() < nodes
        || obstacles.stream().anyMatch(o -> o.reason() != Reason.TAKES_NO_PODS)) {
      obstacles.removeIf(o -> o.reason() == Reason.TAKES_NO_PODS);
    }
    return obstacles.stream().filter(o -> o.reason() != Reason.PENDING).findFirst()
        .or(() -> obstacles.stream().findFirst())
        .map(o -> new Obstacle(o.reason(),
            o.message()
                + (obstacles.size() == 1 ? "" : " (" + (obstacles.size() - 1) + " more not proven)")));
  }

  private static String more(int nodes) {
    return nodes == 1 ? "" : " and " + (nodes - 1) + " more";
  }
}
