package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Chapter 8: what it costs, and what it shows of itself. */
@Order(8)
class FootprintE2E {
  @Test
  @Order(1)
  void containersUseAModestAmountOfMemory() {
    Memory.measure("after the story");
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
  void theCollectorsImageRunsAndSaysWhatItCanDo() {
    Kube.apply("""
        apiVersion: v1
        kind: Pod
        metadata: {name: gc-worker, namespace: restricted}
        spec:
          restartPolicy: Never
          securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
          containers:
          - name: gc-worker
            image: ghcr.io/enix/kube-image-keeper/gc-worker:0.1.0
            args: [--help]
            securityContext:
              allowPrivilegeEscalation: false
              readOnlyRootFilesystem: true
              capabilities: {drop: [ALL]}
        """);
    Kube.kubectl("-n", "restricted", "wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/gc-worker",
        "--timeout=60s");
    String help = Kube.kubectl("-n", "restricted", "logs", "gc-worker");
    assertTrue(help.contains("Usage: gc-worker"), help);
  }

  @Test
  @Order(5)
  void metricsTellWhatHappened() {
    boolean copied = Release.pods("controllers").stream()
        .map(p -> Release.metrics(p, 8081))
        .anyMatch(m -> m.lines().anyMatch(
            l -> l.matches("kube_image_keeper_controller_image_copies_total\\{outcome=\"Copied\"} [1-9].*")));
    assertTrue(copied, "the leader counts its copies");
    String proxy = Release.metrics(Release.pods("proxy").getFirst(), 7440);
    assertTrue(proxy.contains("kube_image_keeper_proxy_http_requests_total"), proxy);
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
