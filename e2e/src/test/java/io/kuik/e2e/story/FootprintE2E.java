package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Chapter 14: what it costs, and what it shows of itself. */
@Order(14)
class FootprintE2E {
  private static final String PUT_IN_CACHE = "kube_image_keeper_controller_image_put_in_cache_total";

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
    String image = "registry.example.test/warmed/busybox:1";
    Bed.run("crane", "copy", "docker.io/library/busybox:1.36", image);
    double before = Release.metric(PUT_IN_CACHE);
    Kube.apply("""
        apiVersion: kuik.enix.io/v1alpha1
        kind: CachedImage
        metadata: {name: warmed-by-hand}
        spec: {sourceImage: %s}
        """.formatted(image));
    Eventually.holds("an image that no pod uses is cached", Story.SOON, () -> Kube.cached(image),
        Release::describe);
    Eventually.holds("the leader counts the copy", Story.SOON,
        () -> Release.metric(PUT_IN_CACHE) == before + 1, Release::describe);
    Kube.kubectl("delete", "cachedimage", "warmed-by-hand");
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
