package io.kuik.controller.arming;

import io.kuik.controller.pod.PodView;
import io.kuik.controller.pod.WaitingContainer;
import io.kuik.model.InvalidReferenceException;
import io.kuik.model.RewrittenName;
import java.util.Optional;

/**
 * A pull that has just failed because the node's runtime found no proxy.
 *
 * @param pod
 *          namespace and name of the pod that waits; for our logs only, since others read the proofs
 * @param slow
 *          whether the pull may have begun long before it failed, or the kubelet told of it late
 * @param said
 *          the runtime's words
 */
record Doubt(String node, String pod, boolean slow, String said) {
  private static final String FAILED = "ErrImagePull";
  private static final String WAITS = "ImagePullBackOff";

  /**
   * Reads it from a change of a pod's status. Only a pull that failed since the last status counts: what a
   * pod waits for may be long over. And only a pod that was rewritten: whoever writes such a name himself has
   * nothing to tell.
   */
  static Optional<Doubt> of(Optional<PodView> before, PodView after, LostWay way) {
    if (after.node().isEmpty() || !after.rewritten() || !after.live() || after.terminating()) {
      return Optional.empty();
    }
    return after.waiting().stream().filter(w -> news(before, w) && ours(after, w, way.port()))
        .flatMap(w -> way.cause(w.message()).map(c -> new Doubt(after.node(), after.key(), slow(w, c), c))
            .stream())
        .findFirst();
  }

  /** The kubelet says that a pull failed when it does, and soon after that it waits. */
  private static boolean news(Optional<PodView> before, WaitingContainer now) {
    Optional<WaitingContainer> last = before.flatMap(b -> b.waiting().stream()
        .filter(w -> w.init() == now.init() && w.name().equals(now.name())).findFirst());
    return switch (now.reason()) {
      case FAILED -> !last.equals(Optional.of(now));
      case WAITS -> before.isPresent() && last.filter(w -> !w.notBegun()).isEmpty();
      default -> false;
    };
  }

  private static boolean ours(PodView pod, WaitingContainer waiting, int port) {
    try {
      return pod.container(waiting.name(), waiting.init())
          .flatMap(c -> new RewrittenName(port).original(c.image())).isPresent();
    } catch (InvalidReferenceException e) {
      return false;
    }
  }

  private static boolean slow(WaitingContainer waiting, String cause) {
    return waiting.reason().equals(WAITS) || cause.contains("timeout");
  }
}
