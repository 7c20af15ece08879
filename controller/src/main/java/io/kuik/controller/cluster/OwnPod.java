package io.kuik.controller.cluster;

import com.google.gson.JsonObject;
import io.kuik.controller.arming.CanaryPod;
import io.kuik.controller.image.WorkerPod;
import io.kuik.controller.pod.PodView;
import java.util.Optional;

/** A pod of our own release: a proxy, the registry, a copy Job's worker, or a canary. */
record OwnPod(PodView pod, WorkerPod worker, Optional<CanaryPod> canary) {
  private static final String COMPONENT = "app.kubernetes.io/component";
  /** Of a DaemonSet's pod: which revision of its template it was made from. */
  private static final String REVISION = "controller-revision-hash";

  static OwnPod of(JsonObject json) {
    PodView pod = PodView.of(json);
    boolean canary = CanaryPod.COMPONENT.equals(pod.labels().get(COMPONENT));
    return new OwnPod(pod, WorkerPod.of(json),
        canary ? Optional.of(CanaryPod.of(json)) : Optional.empty());
  }

  String revision() {
    return pod.labels().getOrDefault(REVISION, "");
  }

  String component() {
    return pod.labels().getOrDefault(COMPONENT, "");
  }

  boolean is(String component) {
    return component.equals(component());
  }

  boolean usable() {
    return pod.ready() && !pod.terminating();
  }
}
