package io.kuik.controller.healing;

import java.time.Duration;

/**
 * What is known about the places that a waiting container's image could come from.
 *
 * @param proxyReady
 *          whether the proxy of its node is Ready; a proxy that just died may still be called so
 * @param cached
 *          whether the cache is known to have the image for everybody
 * @param onNode
 *          whether the node says that it has the image under its original name
 * @param waited
 *          how long the pod has been seen waiting
 */
record Facts(boolean proxyReady, boolean cached, Upstream upstream, boolean onNode, Duration waited) {
  /** How the image's registry answers a question of ours. */
  enum Upstream {
    /** It gives the image to everybody. */
    GIVES,
    /** It answers, and not to everybody; or we may not ask it. The pod may have a right that we lack. */
    UNCLEAR,
    /** It doesn't answer, or answers that it isn't well. */
    SILENT
  }
}
