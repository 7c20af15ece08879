package io.kuik.controller.rewrite;

import static io.kuik.controller.json.SingleQuotes.json;
import static io.kuik.controller.rewrite.PatchedPods.OURS;
import static io.kuik.controller.rewrite.PatchedPods.annotation;
import static io.kuik.controller.rewrite.PatchedPods.image;
import static io.kuik.controller.rewrite.PatchedPods.pod;
import static io.kuik.controller.rewrite.PatchedPods.withImage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import io.kuik.controller.pod.PodView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an update of a pod becomes. */
class PodUpdateTest {
  private final PatchedPods pods = new PatchedPods();

  @Test
  void rewritesAChangedImageOfAnUpdate() {
    JsonObject before = pods.created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    JsonObject after = pods.updated(before, withImage(before, "nginx:2"));
    assertEquals(OURS + "nginx:2", image(after, "containers", 0));
    assertEquals("nginx:2", annotation(after, "original-image-c"));
    assertEquals("busybox:1", annotation(after, "original-init-image-i"));
  }

  @Test
  void leavesTheUnchangedImagesOfAnUpdateEvenIfTheyCanNotBeServedAnyMore() {
    JsonObject before = pods.created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    pods.unservable.add("docker.io/library/busybox:1");
    JsonObject after = pods.updated(before, withImage(before, "nginx:2"));
    assertEquals(OURS + "busybox:1", image(after, "initContainers", 0));
    assertEquals("busybox:1", annotation(after, "original-init-image-i"));
  }

  @Test
  void explainsAnImageOfAnUpdateThatCanNotBeServed() {
    JsonObject before = pods.created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    pods.unservable.add("docker.io/library/nginx:2");
    JsonObject after = pods.updated(before, withImage(before, "nginx:2"));
    assertEquals("nginx:2", image(after, "containers", 0));
    assertEquals("absent", annotation(after, "original-image-c"));
    assertEquals(Set.of("c"), json(annotation(after, "kuik.enix.io/untouched")).keySet());
    pods.unservable.clear();
    JsonObject later = pods.updated(after, withImage(after, "nginx:3"));
    assertEquals("absent", annotation(later, "kuik.enix.io/untouched"));
  }

  @Test
  void neverRewritesAnUpdateOfAPodThatWasNotRewrittenWhenItWasCreated() {
    pods.unservable.addAll(List.of("docker.io/library/nginx:1", "docker.io/library/busybox:1"));
    JsonObject before = pods.created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    assertEquals(new JsonArray(), pods.patch(withImage(before, "nginx:2"), Optional.of(before)));
  }

  @Test
  void believesTheOldPodAboutWhetherItWasRewritten() {
    JsonObject plain = pod("{}", "{'name': 'c', 'image': 'nginx:1'}");
    JsonObject claims = withImage(plain, "nginx:2");
    Json.object(claims, "metadata", "annotations").addProperty(PodView.REWRITTEN, "true");
    assertEquals(new JsonArray(), pods.patch(claims, Optional.of(plain)));
  }

  @Test
  void rewritesAReplacementThatLostTheMarks() {
    JsonObject plain = pod("{}", "{'name': 'c', 'image': 'nginx:1'}");
    JsonObject before = pods.created(plain);
    JsonObject after = pods.updated(before, plain);
    assertEquals(image(before, "containers", 0), image(after, "containers", 0));
    assertEquals("true", annotation(after, PodView.REWRITTEN));
    assertFalse(PodView.of(after).labels().isEmpty());
  }

  @Test
  void anUnchangedImageThatIsAppliedAgainKeepsItsNameEvenIfItCanNotBeServedAnyMore() {
    JsonObject before = pods.created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    pods.unservable.addAll(List.of("docker.io/library/nginx:1", "docker.io/library/busybox:1"));
    for (String spelling : List.of("nginx:1", "docker.io/nginx:1", "docker.io/library/nginx:1")) {
      assertEquals(before, pods.updated(before, withImage(before, spelling)), spelling);
    }
  }

  @Test
  void aReplacementGetsBackAllThatItLost() {
    JsonObject plain = pod("{'a': 'b'}", "{'name': 'c', 'image': 'nginx:1'}");
    pods.unservable.add("docker.io/library/busybox:1");
    JsonObject before = marked(pods.created(plain), "c", "docker.io/library/nginx:1");
    pods.unservable.add("docker.io/library/nginx:1");
    assertEquals(before, pods.updated(before, plain));
  }

  @Test
  void aReplacementWithAnotherImageGetsBackWhatItLostOfOthers() {
    JsonObject before = pods.created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    JsonObject after = pods.updated(before, pod("{}", "{'name': 'c', 'image': 'nginx:2'}"));
    assertEquals(OURS + "busybox:1", image(after, "initContainers", 0));
    assertEquals(OURS + "nginx:2", image(after, "containers", 0));
    assertEquals(Map.of("kuik.enix.io/rewrite-images", "true", "original-image-c", "nginx:2",
        "original-init-image-i", "busybox:1"), Json.strings(after, "metadata", "annotations"));
  }

  @Test
  void anImageThatCouldNotBeServedStaysWhateverItIsCalled() {
    pods.unservable.add("docker.io/library/nginx:1");
    JsonObject before = pods.created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    pods.unservable.clear();
    for (String spelling : List.of("docker.io/library/nginx:1", OURS + "nginx:1")) {
      assertEquals(before, pods.updated(before, withImage(before, spelling)), spelling);
    }
  }

  @Test
  void aPodUnderOurNameWithoutMarksKeepsItWhenItsImageIsAppliedAgain() {
    JsonObject before = json("{'metadata': {'name': 'p'}, 'spec': {'containers': [{'name': 'c', 'image': '"
        + OURS + "nginx:1'}]}}");
    assertEquals(before, pods.updated(before, withImage(before, "nginx:1")));
    assertEquals(new JsonArray(), pods.patch(withImage(before, "nginx:2"), Optional.of(before)));
  }

  @Test
  void aPodThatWasNotRewrittenIsSpelledAsItsAuthorLikes() {
    JsonObject before = json("{'metadata': {'name': 'p'}, 'spec': {'containers': [{'name': 'c',"
        + " 'image': 'nginx:1'}]}}");
    assertEquals(new JsonArray(), pods.patch(withImage(before, "docker.io/nginx:1"), Optional.of(before)));
  }

  @Test
  void aCopiedMarkDoesNotChangeTheImageOfAContainerThatRuns() {
    JsonObject before = pods.created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    JsonObject claims = marked(before, "c", "docker.io/library/nginx:1");
    assertEquals(OURS + "nginx:1", image(pods.updated(before, claims), "containers", 0));
  }

  @Test
  void aHealedContainerKeepsItsNameWhenItsImageIsAppliedAgain() {
    JsonObject before = pods.created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    JsonObject healed = marked(waits(before), "c", "docker.io/library/nginx:1");
    JsonObject back = marked(before, "c:back", OURS + "nginx:1");
    for (JsonObject old : List.of(healed, back)) {
      assertEquals(old, pods.updated(old, withImage(old, "nginx:1")));
    }
  }

  @Test
  void aContainerThatWaitsUnderOurNameTakesItsImageAsItsUserWritesIt() {
    JsonObject before = waits(pods.created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}")));
    for (JsonObject old : List.of(before, marked(before, "c:back", OURS + "nginx:1"))) {
      JsonObject after = pods.updated(old, withImage(old, "docker.io/nginx:1"));
      assertEquals("docker.io/nginx:1", image(after, "containers", 0));
      assertEquals(OURS + "busybox:1", image(after, "initContainers", 0));
      assertEquals("absent", annotation(after, "original-image-c"));
      assertEquals(Set.of("c"), json(annotation(after, "kuik.enix.io/untouched")).keySet());
      assertEquals(after, pods.updated(after, withImage(after, OURS + "nginx:1")), "no way back");
    }
  }

  @Test
  void aContainerThatWaitsUnderOurNameKeepsItInOtherWordsOfOurs() {
    JsonObject before = waits(pods.created(pod("{}", "{'name': 'c', 'image': 'nginx'}")));
    assertEquals(before, pods.updated(before, withImage(before, "localhost:7439/docker.io/library/nginx")));
  }

  @Test
  void aContainerThatWaitsInAPodWithoutMarksTakesItsImageAsItsUserWritesIt() {
    JsonObject before = waits(json("{'metadata': {'name': 'p'}, 'spec': {'containers': [{'name': 'c',"
        + " 'image': '" + OURS + "nginx:1'}]}}"));
    assertEquals(new JsonArray(), pods.patch(withImage(before, "nginx:1"), Optional.of(before)));
  }

  @Test
  void anotherImageForAHealedContainerStaysAsItIsEvenIfTheMarkIsLost() {
    JsonObject before = pods.created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    JsonObject healed = marked(before, "c", "docker.io/library/nginx:1");
    JsonObject after = pods.updated(healed, withImage(before, "nginx:2"));
    assertEquals("nginx:2", image(after, "containers", 0));
    assertEquals("c", annotation(after, "kuik.enix.io/healed"));
  }

  private static JsonObject waits(JsonObject pod) {
    JsonObject copy = pod.deepCopy();
    copy.add("status", json("{'containerStatuses': [{'name': 'c', 'state': {'waiting':"
        + " {'reason': 'ErrImagePull'}}}]}"));
    return copy;
  }

  private JsonObject marked(JsonObject pod, String healed, String image) {
    JsonObject copy = withImage(pod, image);
    Json.object(copy, "metadata", "annotations").addProperty("kuik.enix.io/healed", healed);
    return copy;
  }

  @Test
  void leavesAContainerThatIsHealedOrHealedBackAsItIs() {
    JsonObject before = waits(pods.created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}")));
    JsonObject healed = marked(before, "c", "docker.io/library/nginx:1");
    assertEquals(new JsonArray(), pods.patch(healed, Optional.of(before)));
    JsonObject back = marked(healed, "c:back", OURS + "nginx:1");
    pods.unservable.add("docker.io/library/nginx:1");
    assertEquals(new JsonArray(), pods.patch(back, Optional.of(healed)));
  }

  @Test
  void rewritesOtherContainersOfAHealedPod() {
    JsonObject before = pods.created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    JsonObject after = pods.updated(before, marked(before, "i,other:back", "nginx:2"));
    assertEquals(OURS + "nginx:2", image(after, "containers", 0));
    assertEquals("i,other:back", annotation(after, "kuik.enix.io/healed"));
  }

  @Test
  void aNewPodThatClaimsToBeHealedIsRewrittenAndLosesTheClaim() {
    JsonObject pod = pods.created(pod("{'kuik.enix.io/healed': 'c,i'}", "{'name': 'c', 'image': 'nginx:1'}"));
    assertEquals(OURS + "nginx:1", image(pod, "containers", 0));
    assertEquals("absent", annotation(pod, "kuik.enix.io/healed"));
  }
}
