package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import java.util.List;
import java.util.Map;

/** Resident memory of our containers, read from their processes. */
final class Memory {
  private static final Map<String, String> PREDECESSOR = Map.of("controllers",
      "v1: 51 idle, 68 after 20 images", "proxy",
      "v1: 34 idle, 42 after, 53 peak", "registry", "v1: 23 idle, 34 after");

  private Memory() {
  }

  /** Measures every container of the long-running components. */
  static void measure(String when) {
    for (String component : List.of("controllers", "proxy", "registry")) {
      for (JsonObject pod : Release.pods(component)) {
        for (JsonObject status : Kube.objects(pod, "status", "containerStatuses")) {
          long mebibytes = resident(Kube.text(pod, "spec", "nodeName"), Kube.text(status, "containerID"));
          Story.measured("MiB resident " + when + ", " + component + "/" + Kube.text(status, "name") + " ("
              + PREDECESSOR.get(component) + ")", String.valueOf(mebibytes));
          assertTrue(mebibytes > 5 && mebibytes < 256, mebibytes + " MiB");
        }
      }
    }
  }

  private static long resident(String node, String container) {
    String id = container.substring(container.lastIndexOf('/') + 1);
    String pid = Bed
        .run("crictl", node, "inspect", "--output", "go-template", "--template", "{{.info.pid}}", id).strip();
    String status = Bed.run("nodex", node, "cat", "/proc/" + pid + "/status");
    return Long.parseLong(
        status.lines().filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow().replaceAll("\\D", ""))
        / 1024;
  }
}
