package io.kuik.controller.rewrite;

import static io.kuik.controller.json.SingleQuotes.json;
import static io.kuik.controller.rewrite.PatchedPods.OURS;
import static io.kuik.controller.rewrite.PatchedPods.annotation;
import static io.kuik.controller.rewrite.PatchedPods.image;
import static io.kuik.controller.rewrite.PatchedPods.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a new pod looks like after the patch that the webhook sends. */
class PodPatchTest {
  private final PatchedPods pods = new PatchedPods();

  @Test
  void rewritesContainersAndInitContainersAndRemembersTheirOriginals() {
    JsonObject pod = pods.created(pod("{'a': 'b'}", "{'name': 'c', 'image': 'nginx'}"));
    assertEquals(OURS + "busybox:1", image(pod, "initContainers", 0));
    assertEquals(OURS + "nginx:latest", image(pod, "containers", 0));
    assertEquals("true", Json.text(pod, "metadata", "labels", "kuik.enix.io/managed").orElseThrow());
    assertEquals(Map.of("a", "b", "kuik.enix.io/rewrite-images", "true", "original-image-c", "nginx",
        "original-init-image-i", "busybox:1"), Json.strings(pod, "metadata", "annotations"));
  }

  @Test
  void managesAPodWithoutLabelsAndAnnotations() {
    JsonObject pod = pods.created(json("{'metadata': {'name': 'p', 'labels': null},"
        + " 'spec': {'containers': [{'name': 'c', 'image': 'nginx:1'}]}}"));
    assertEquals(Map.of("kuik.enix.io/managed", "true"), Json.strings(pod, "metadata", "labels"));
    assertEquals("nginx:1", annotation(pod, "original-image-c"));
  }

  @Test
  void explainsWhyAnImageKeepsItsName() {
    pods.unservable.add("docker.io/library/nginx:1");
    JsonObject pod = pods.created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    assertEquals("nginx:1", image(pod, "containers", 0));
    assertEquals(OURS + "busybox:1", image(pod, "initContainers", 0));
    assertEquals("absent", annotation(pod, "original-image-c"));
    assertEquals(json("{'c': {'reason': 'NotArmed', 'message': 'no proxy'}}"),
        json(annotation(pod, "kuik.enix.io/untouched")));
    assertEquals("true", annotation(pod, "kuik.enix.io/rewrite-images"));
  }

  @Test
  void marksAPodOfWhichNothingCouldBeRewritten() {
    pods.unservable.addAll(List.of("docker.io/library/nginx:1", "docker.io/library/busybox:1"));
    JsonObject pod = pods.created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    assertEquals("false", annotation(pod, "kuik.enix.io/rewrite-images"));
    assertEquals("true", Json.text(pod, "metadata", "labels", "kuik.enix.io/managed").orElseThrow());
  }

  @Test
  void neverTrustsIncomingAnnotations() {
    pods.unservable.add("docker.io/library/busybox:1");
    JsonObject pod = pods.created(pod(
        "{'original-image-c': 'evil/image', 'original-init-image-i': 'evil/image',"
            + " 'kuik.enix.io/untouched': 'junk', 'kuik.enix.io/rewrite-images': 'maybe'}",
        "{'name': 'c', 'image': 'nginx:1'}"));
    assertEquals("nginx:1", annotation(pod, "original-image-c"));
    assertEquals("absent", annotation(pod, "original-init-image-i"));
    assertEquals("true", annotation(pod, "kuik.enix.io/rewrite-images"));
    assertEquals(Set.of("i"), json(annotation(pod, "kuik.enix.io/untouched")).keySet());
  }

  @Test
  void dropsOriginalsOfContainersThatThePodDoesNotHave() {
    JsonObject pod = pods.created(pod("{'original-image-gone': 'nginx', 'original-init-image-gone': 'nginx'}",
        "{'name': 'c', 'image': 'nginx:1'}"));
    assertEquals("absent", annotation(pod, "original-image-gone"));
    assertEquals("absent", annotation(pod, "original-init-image-gone"));
  }

  @Test
  void hashesContainerNamesThatWouldMakeTooLongAKey() {
    String name = "c".repeat(49);
    JsonObject pod = pods.created(pod("{}", "{'name': '" + name + "', 'image': 'nginx:1'}"));
    String key = Json.strings(pod, "metadata", "annotations").keySet().stream()
        .filter(k -> k.startsWith("original-image-")).findFirst().orElseThrow();
    assertTrue(key.matches("original-image-[0-9a-f]{40}"), key);
    JsonObject shorter = pods.created(pod("{}", "{'name': '" + "c".repeat(48) + "', 'image': 'nginx:1'}"));
    assertEquals("nginx:1", annotation(shorter, "original-image-" + "c".repeat(48)));
  }

  @Test
  void leavesAPodThatHasNothingOfOurs() {
    JsonObject pod = json("{'metadata': {'name': 'p', 'annotations': {'original-image-x': 'y'}}, 'spec':"
        + " {'containers': [{'name': 'c', 'image': 'nginx', 'imagePullPolicy': 'Never'}]}}");
    assertEquals(new JsonArray(), pods.patch(pod, Optional.empty()));
  }

  @Test
  void changesNothingInASecondPass() {
    pods.unservable.add("docker.io/library/busybox:1");
    JsonObject once = pods.created(pod("{}", "{'name': 'c', 'image': 'nginx'}"));
    assertEquals(new JsonArray(), pods.patch(once, Optional.empty()));
  }

  @Test
  void takesItsNameBackInASecondPassThatFindsAnObstacle() {
    JsonObject once = pods.created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    pods.unservable.add("docker.io/library/nginx:1");
    JsonObject twice = pods.created(once);
    assertEquals("docker.io/library/nginx:1", image(twice, "containers", 0));
    assertEquals("absent", annotation(twice, "original-image-c"));
  }

  @Test
  void writesAnInheritedRewrittenNameAnewFromTheNameItself() {
    JsonObject pod = pods.created(
        pod("{'original-image-c': 'evil/image'}", "{'name': 'c', 'image': '" + OURS + "nginx:1'}"));
    assertEquals(OURS + "nginx:1", image(pod, "containers", 0));
    assertEquals("docker.io/library/nginx:1", annotation(pod, "original-image-c"));
  }
}
