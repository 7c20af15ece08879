package io.kuik.controller.arming;

import io.kuik.controller.arming.Obstacle.Reason;
import io.kuik.controller.pod.NodeTrouble;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.regex.Pattern;

/** What a canary's status says of its node's runtime. */
sealed interface Verdict {
  /** Nothing yet. */
  record Waiting() implements Verdict {
  }

  /** The runtime has pulled the image through the proxy. */
  record Pulled() implements Verdict {
  }

  /** It has not, or could not even try. */
  record Failed(Reason reason, String message) implements Verdict {
  }

  /** Kubelets pull one image after the other, unless told otherwise, and a large one may be before ours. */
  Duration PATIENCE = Duration.ofMinutes(3);
  /** The kubelet's words for what goes wrong after the pull: with pullPolicy Always, it was a real one. */
  Set<String> AFTER_THE_PULL = Set.of("CreateContainerConfigError", "CreateContainerError",
      "PreCreateHookError", "PreStartHookError", "PostStartHookError", "RunContainerError",
      "CrashLoopBackOff");
  /** Its words for a pull that failed. */
  Set<String> NOT_PULLED = Set.of("ErrImagePull", "ImagePullBackOff", "ImageInspectError",
      "ErrImageNeverPull", "RegistryUnavailable", "InvalidImageName", "SignatureValidationFailed");

  /**
   * What kubelets say when they refuse every pod that isn't critical, as none is that we rewrite: they have
   * as many as they may, or too little disk or too few process IDs.
   */
  Pattern TAKES_NONE = Pattern
      .compile("OutOfpods: .*|Evicted: .*\\bnode had condition: \\[[^\\]]*\\b(?:Disk|PID)Pressure\\b.*",
          Pattern.DOTALL);

  /** Judges by what the kubelet has said so far. */
  static Verdict of(CanaryPod pod, Instant now) {
    if (!pod.imageId().isEmpty() || pod.begun() || AFTER_THE_PULL.contains(pod.waiting())) {
      return new Pulled();
    }
    if (NOT_PULLED.contains(pod.waiting())) {
      String why = said(pod, pod.waiting());
      return new Failed(NodeTrouble.in(why) ? Reason.STUCK : Reason.FAILED, why);
    }
    if (pod.phase().equals("Failed")) {
      String why = said(pod, "the kubelet gave no reason");
      return new Failed(TAKES_NONE.matcher(why).matches() ? Reason.TAKES_NO_PODS : Reason.REFUSED, why);
    }
    if (now.isAfter(pod.created().plus(PATIENCE))) {
      return new Failed(Reason.STUCK, "it had not begun after " + PATIENCE.toSeconds() + " s: "
          + said(pod, pod.waiting().isEmpty() ? "its kubelet has said nothing" : pod.waiting()));
    }
    return new Waiting();
  }

  private static String said(CanaryPod pod, String otherwise) {
    return pod.said().isEmpty() ? otherwise : pod.said();
  }
}
