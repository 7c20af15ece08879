package io.kuik.controller.arming;

/**
 * Why nothing is rewritten.
 *
 * @param message
 *          a sentence for the user, without a full stop
 */
public record Obstacle(Reason reason, String message) {
  /** The same in a word, for metrics, Events and logs. */
  public enum Reason {
    /** A replica does not know the cluster yet. */
    STARTING("Starting"),
    /** A node has no proxy that is Ready. */
    NO_PROXY("NoProxy"),
    /** A node's canary has not been judged yet. */
    PENDING("CanaryPending"),
    /** A node's container runtime could not pull the canary's image from its proxy. */
    FAILED("CanaryFailed"),
    /** Pods on a proven node found no proxy; another canary is to tell. */
    DOUBTED("NodeDoubted"),
    /** The node's kubelet refused the canary because it takes no pod at the moment, whatever it is. */
    TAKES_NO_PODS("NodeTakesNoPods"),
    /** The cluster, or the node's kubelet, refused the canary itself. */
    REFUSED("CanaryRefused"),
    /** The canary got nowhere. */
    STUCK("CanaryStuck");

    private final String word;

    Reason(String word) {
      this.word = word;
    }

    /** The word. */
    public String word() {
      return word;
    }
  }
}
