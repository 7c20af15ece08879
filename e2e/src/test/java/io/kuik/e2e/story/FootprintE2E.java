package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Chapter 7: what it costs, and what it shows of itself. */
@Order(7)
class FootprintE2E {
  private static final Map<String, String> PREDECESSOR = Map.of("controllers", "v1: 52 to 68 MiB", "proxy",
      "v1: 34 MiB",
      "registry", "v1: 23 to 34 MiB");

  @Test
  @Order(1)
  void containersUseAModestAmountOfMemory() {
    for (String component : List.of("controllers", "proxy", "registry")) {
      for (JsonObject pod : Release.pods(component)) {
        for (JsonObject status : Kube.objects(pod, "status", "containerStatuses")) {
          long mebibytes = resident(Kube.text(pod, "spec", "nodeName"),
              Kube.text(status, "containerID"));
          Story.measured("resident memory of " + Kube.text(pod, "metadata", "name") + "/"
              + Kube.text(status, "name") + " ("
              + PREDECESSOR.get(component) + ")", mebibytes + " MiB");
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

  @Test
  @Order(2)
  void imagesAreSmall() throws IOException {
    for (String module : Bed.MODULES) {
      Path tar = Bed.root().resolve(module).resolve("target/jib-image.tar");
      double megabytes = Files.size(tar) / 1e6;
      Story.measured("compressed size of the image " + module, "%.1f MB".formatted(megabytes));
      assertTrue(megabytes < 61, module + " has " + megabytes + " MB");
    }
  }

  @Test
  @Order(3)
  void metricsTellWhatHappened() {
    boolean copied = Release.pods("controllers").stream()
        .map(p -> metrics(Kube.text(p, "status", "podIP") + ":8081"))
        .anyMatch(m -> m.lines().anyMatch(
            l -> l.matches("kube_image_keeper_controller_image_copies_total\\{outcome=\"Copied\"} [1-9].*")));
    assertTrue(copied, "the leader counts its copies");
    String proxy = metrics(Kube.text(Release.pods("proxy").getFirst(), "status", "podIP") + ":7440");
    assertTrue(proxy.contains("kube_image_keeper_proxy_http_requests_total"), proxy);
  }

  private static String metrics(String address) {
    return Bed
        .execute(Bed.root(), "", List.of("curl", "-sf", "--noproxy", "*", "http://" + address + "/metrics"))
        .output();
  }

  @Test
  @Order(4)
  void imagesAreServedOnTheNodesLoopbackOnly() {
    for (String node : Bed.NODES) {
      String get = "-so/dev/null -m 3 -w %{http_code} http://";
      assertEquals("200", curl(node, get + "127.0.0.1:7439/v2/"));
      String address = Kube.text(Release.pods("proxy").getFirst(), "status", "hostIP");
      assertEquals("000", curl(node, get + address + ":7439/v2/"));
    }
  }

  private static String curl(String node, String arguments) {
    var line = new ArrayList<>(List.of(node, "curl"));
    line.addAll(List.of(arguments.split(" ")));
    return Bed.attempt("", "nodex", line.toArray(String[]::new)).output();
  }
}
