package io.kuik.controller.cluster;

import com.google.gson.JsonObject;
import io.kuik.controller.image.WorkerPod;
import io.kuik.controller.pod.PodView;

/** A pod of our own release: a proxy, the registry, or a copy Job's worker. */
record OwnPod(PodView pod, WorkerPod worker) {
  private static final String COMPONENT = "app.kubernetes.io/component";

  static OwnPod of(JsonObject json) {
    return new OwnPod(PodView.of(json), WorkerPod.of(json));
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
