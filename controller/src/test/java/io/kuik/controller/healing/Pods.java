package io.kuik.controller.healing;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.controller.pod.PodView;

/** Pods whose containers wait. */
final class Pods {
  private Pods() {
  }

  /** A pod with one container, which waits. */
  static PodView waiting(String image, String reason, String message) {
    return of("{}", "{'name': 'c', 'image': '" + image + "'}", status("c", reason, message));
  }

  /** The status of a pod with one container, which waits. */
  static String status(String container, String reason, String message) {
    return "'status': {'containerStatuses': [{'name': '" + container + "', 'state': {'waiting': {'reason': '"
        + reason + "', 'message': '" + message + "'}}}]}";
  }

  /** Any pod on node n1. */
  static PodView of(String annotations, String containers, String status) {
    return PodView.of(json(annotations, containers, status));
  }

  /** The same as JSON. */
  static JsonObject json(String annotations, String containers, String status) {
    return JsonParser.parseString(("{'metadata': {'namespace': 'n', 'name': 'p', 'uid': 'u', 'labels':"
        + " {'kuik.enix.io/managed': 'true'}, 'annotations': " + annotations
        + "}, 'spec': {'nodeName': 'n1', 'containers': [" + containers + "]}, " + status + "}")
        .replace('\'', '"')).getAsJsonObject();
  }
}
