package io.kuik.controller.arming;

/**
 * A node, as far as it matters here.
 *
 * @param uid
 *          another one when a node of the same name was made anew
 */
public record Node(String name, String uid, boolean ready, boolean linux) {
  /** Whether it gets pods whose images we rewrite: a node that is not Ready gets none at all. */
  boolean counts() {
    return ready && linux;
  }
}
