package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.CacheRegistry;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import io.kuik.e2e.bed.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Chapter 4: images of every shape are copied as they are, or refused in words. */
@Order(4)
class ZooE2E {
  private static final String ZOO = "registry.example.test/zoo/";
  /** What no worker copies, and the word of its message by which a reader knows why. */
  private static final Map<String, String> REFUSED = Map.of(
      ZOO + "foreign:v1", "foreign layer",
      ZOO + "sha512:v1", "sha512",
      "old.example.test/zoo/schema1:v1", "schema 1");

  private static List<String> references() throws IOException {
    return Files.readAllLines(Path.of("/var/lib/kuik-e2e/images/digests")).stream()
        .map(l -> l.split("\\s+")[0]).filter(r -> r.contains("/zoo/")).toList();
  }

  @AfterAll
  static void clear() {
    Bed.internet("heal", "all");
    Kube.kubectl("-n", Story.USERS, "delete", "pod", "-l", "app=zoo", "--wait=false");
  }

  @Test
  @Order(1)
  void everyShapeHasItsOutcome() throws IOException {
    assertTrue(references().size() >= 20, references().toString());
    Story.want("zoo", references());
    var wanted = new TreeMap<String, String>();
    references().forEach(r -> wanted.put(r, REFUSED.containsKey(r) ? "Unsupported" : "Copied"));
    Eventually.holds("every shape has its outcome", Story.LATER, () -> outcomes().equals(wanted),
        () -> outcomes() + "\n" + Release.describe());
  }

  private static Map<String, String> outcomes() {
    var outcomes = new TreeMap<String, String>();
    Kube.list("cachedimages").stream()
        .filter(i -> Kube.text(i, "metadata", "name").startsWith("zoo-"))
        .forEach(i -> outcomes.put(Kube.text(i, "spec", "sourceImage"), Kube.reason(i)));
    return outcomes;
  }

  @Test
  @Order(2)
  void whatWasCopiedIsTheSameByteForByte() throws IOException {
    var cache = new CacheRegistry();
    for (String reference : references()) {
      if (!REFUSED.containsKey(reference)) {
        FidelityE2E.assertSameAsUpstream(cache, reference);
      }
    }
  }

  @Test
  @Order(3)
  void whatWasRefusedSaysWhyAndLeftNothing() {
    var cache = new CacheRegistry();
    REFUSED.forEach((reference, why) -> {
      JsonObject image = Kube.cachedImage(reference).orElseThrow();
      String message = Kube.text(Kube.objects(image, "status", "conditions").getFirst(), "message");
      System.out.println(message);
      assertTrue(message.contains(why), message);
      int colon = reference.lastIndexOf(':');
      assertEquals(404,
          cache.manifest(reference.substring(0, colon), reference.substring(colon + 1)).statusCode());
      assertEquals("1", Kube.text(CopyE2E.jobs(reference).getFirst(), "status", "failed"), reference);
    });
  }

  @Test
  @Order(4)
  void nodesStartRareShapesFromTheCacheWhileTheirRegistryIsDown() {
    Bed.internet("cut", "all");
    var pods = new ArrayList<String>();
    for (String shape : List.of("nested", "zstd", "estargz", "annotated", "layers-127", "large-manifest")) {
      Kube.apply(Workloads.pod(Story.USERS, "zoo-" + shape, ZOO + shape + ":v1", "labels: {app: zoo}", ""));
      pods.add("pod/zoo-" + shape);
    }
    pods.addAll(0, List.of("-n", Story.USERS, "wait", "--for=condition=Ready", "--timeout=90s"));
    Kube.kubectl(pods.toArray(String[]::new));
  }
}
