package io.kuik.controller.servable;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether a rewritten name would find a proxy on whatever node the pod lands on. */
public final class Armed {
  /** A node, as far as it matters here. */
  public record Node(String name, boolean ready, boolean linux) {
  }

  private Armed() {
  }

  /**
   * What stands in the way of rewriting, in words; empty if nothing does. A node that is not Ready gets no
   * pods, so its
   * proxy doesn't count; a Ready one without a Ready proxy would leave its pods waiting for an image.
   */
  public static Optional<String> obstacle(Collection<Node> nodes, Set<String> nodesWithReadyProxy) {
    var missing = new TreeSet<String>();
    for (Node node : nodes) {
      if (node.ready() && node.linux() && !nodesWithReadyProxy.contains(node.name())) {
        missing.add(node.name());
      }
    }
    if (!missing.isEmpty()) {
      String first = missing.first() + (missing.size() == 1 ? "" : " and " + (missing.size() - 1) + " more");
      return Optional.of("no proxy is Ready on node " + first);
    }
    return nodesWithReadyProxy.isEmpty() ? Optional.of("no proxy is Ready on any node") : Optional.empty();
  }
}
