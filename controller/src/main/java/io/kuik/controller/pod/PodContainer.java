package io.kuik.controller.pod;

import java.util.Optional;

/**
 * A container of a pod, as far as its image goes.
 *
 * @param init
 *          whether it is an init container (sidecars are)
 * @param pullPolicy
 *          empty if the pod's author left it out and the API server has not filled it in
 */
public record PodContainer(String name, boolean init, String image, Optional<String> pullPolicy) {
  /** Many pods have the same containers. */
  PodContainer trimmed() {
    return new PodContainer(name.intern(), init, image.intern(), pullPolicy.map(String::intern));
  }
}
