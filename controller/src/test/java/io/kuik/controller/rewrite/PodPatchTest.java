package io.kuik.controller.rewrite;

import static io.kuik.controller.json.SingleQuotes.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.kuik.controller.config.ControllerConfig.ImageFilter;
import io.kuik.controller.json.Json;
import io.kuik.controller.pod.PodView;
import io.kuik.model.ImageReference;
import io.kuik.model.RewrittenName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a pod looks like after the patch that the webhook sends. */
class PodPatchTest {
  private static final RewrittenName NAMES = new RewrittenName(7439);
  private static final ImageRules RULES = new ImageRules(new ImageFilter(List.of(), List.of(), false), NAMES);
  private static final String OURS = "localhost:7439/docker.io/library/";

  private final Set<String> unservable = new HashSet<>();

  private static JsonObject pod(String annotations, String containers) {
    return json("{'metadata': {'name': 'p', 'namespace': 'n', 'annotations': " + annotations
        + "}, 'spec': {'initContainers': [{'name': 'i', 'image': 'busybox:1'}], 'containers': ["
        + containers + "]}}");
  }

  private JsonArray patch(JsonObject pod, Optional<JsonObject> before) {
    var classified = PodRewrite.classify(RULES, PodView.of(pod), before.map(PodView::of));
    Map<ImageReference, Untouched> obstacles = new HashMap<>();
    classified.values().forEach(c -> {
      if (c instanceof ImageRules.Wanted w && unservable.contains(w.image().canonical())) {
        obstacles.put(w.image(), new Untouched("NotArmed", "no proxy"));
      }
    });
    return PodPatch.of(pod, PodRewrite.decide(classified, obstacles, NAMES), before.map(PodView::of))
        .orElseThrow();
  }

  private JsonObject created(JsonObject pod) {
    return PatchApplier.apply(pod, patch(pod, Optional.empty()));
  }

  private JsonObject updated(JsonObject before, JsonObject pod) {
    return PatchApplier.apply(pod, patch(pod, Optional.of(before)));
  }

  private static String image(JsonObject pod, String list, int index) {
    return Json.text(Json.objects(pod, "spec", list).get(index), "image").orElseThrow();
  }

  private static String annotation(JsonObject pod, String key) {
    return Json.text(pod, "metadata", "annotations", key).orElse("absent");
  }

  private static JsonObject withImage(JsonObject pod, String image) {
    JsonObject copy = pod.deepCopy();
    Json.objects(copy, "spec", "containers").getFirst().addProperty("image", image);
    return copy;
  }

  @Test
  void rewritesContainersAndInitContainersAndRemembersTheirOriginals() {
    JsonObject pod = created(pod("{'a': 'b'}", "{'name': 'c', 'image': 'nginx'}"));
    assertEquals(OURS + "busybox:1", image(pod, "initContainers", 0));
    assertEquals(OURS + "nginx:latest", image(pod, "containers", 0));
    assertEquals("true", Json.text(pod, "metadata", "labels", "kuik.enix.io/managed").orElseThrow());
    assertEquals(Map.of("a", "b", "kuik.enix.io/rewrite-images", "true", "original-image-c", "nginx",
        "original-init-image-i", "busybox:1"), Json.strings(pod, "metadata", "annotations"));
  }

  @Test
  void managesAPodWithoutLabelsAndAnnotations() {
    JsonObject pod = created(json("{'metadata': {'name': 'p', 'labels': null},"
        + " 'spec': {'containers': [{'name': 'c', 'image': 'nginx:1'}]}}"));
    assertEquals(Map.of("kuik.enix.io/managed", "true"), Json.strings(pod, "metadata", "labels"));
    assertEquals("nginx:1", annotation(pod, "original-image-c"));
  }

  @Test
  void explainsWhyAnImageKeepsItsName() {
    unservable.add("docker.io/library/nginx:1");
    JsonObject pod = created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    assertEquals("nginx:1", image(pod, "containers", 0));
    assertEquals(OURS + "busybox:1", image(pod, "initContainers", 0));
    assertEquals("absent", annotation(pod, "original-image-c"));
    assertEquals(json("{'c': {'reason': 'NotArmed', 'message': 'no proxy'}}"),
        json(annotation(pod, "kuik.enix.io/untouched")));
    assertEquals("true", annotation(pod, "kuik.enix.io/rewrite-images"));
  }

  @Test
  void marksAPodOfWhichNothingCouldBeRewritten() {
    unservable.addAll(List.of("docker.io/library/nginx:1", "docker.io/library/busybox:1"));
    JsonObject pod = created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    assertEquals("false", annotation(pod, "kuik.enix.io/rewrite-images"));
    assertEquals("true", Json.text(pod, "metadata", "labels", "kuik.enix.io/managed").orElseThrow());
  }

  @Test
  void neverTrustsIncomingAnnotations() {
    unservable.add("docker.io/library/busybox:1");
    JsonObject pod = created(pod("{'original-image-c': 'evil/image', 'original-init-image-i': 'evil/image',"
        + " 'kuik.enix.io/untouched': 'junk', 'kuik.enix.io/rewrite-images': 'maybe'}",
        "{'name': 'c', 'image': 'nginx:1'}"));
    assertEquals("nginx:1", annotation(pod, "original-image-c"));
    assertEquals("absent", annotation(pod, "original-init-image-i"));
    assertEquals("true", annotation(pod, "kuik.enix.io/rewrite-images"));
    assertEquals(Set.of("i"), json(annotation(pod, "kuik.enix.io/untouched")).keySet());
  }

  @Test
  void dropsOriginalsOfContainersThatThePodDoesNotHave() {
    JsonObject pod = created(pod("{'original-image-gone': 'nginx', 'original-init-image-gone': 'nginx'}",
        "{'name': 'c', 'image': 'nginx:1'}"));
    assertEquals("absent", annotation(pod, "original-image-gone"));
    assertEquals("absent", annotation(pod, "original-init-image-gone"));
  }

  @Test
  void hashesContainerNamesThatWouldMakeTooLongAKey() {
    String name = "c".repeat(49);
    JsonObject pod = created(pod("{}", "{'name': '" + name + "', 'image': 'nginx:1'}"));
    String key = Json.strings(pod, "metadata", "annotations").keySet().stream()
        .filter(k -> k.startsWith("original-image-")).findFirst().orElseThrow();
    assertTrue(key.matches("original-image-[0-9a-f]{40}"), key);
    JsonObject shorter = created(pod("{}", "{'name': '" + "c".repeat(48) + "', 'image': 'nginx:1'}"));
    assertEquals("nginx:1", annotation(shorter, "original-image-" + "c".repeat(48)));
  }

  @Test
  void leavesAPodThatHasNothingOfOurs() {
    JsonObject pod = json("{'metadata': {'name': 'p', 'annotations': {'original-image-x': 'y'}}, 'spec':"
        + " {'containers': [{'name': 'c', 'image': 'nginx', 'imagePullPolicy': 'Never'}]}}");
    assertEquals(new JsonArray(), patch(pod, Optional.empty()));
  }

  @Test
  void changesNothingInASecondPass() {
    unservable.add("docker.io/library/busybox:1");
    JsonObject once = created(pod("{}", "{'name': 'c', 'image': 'nginx'}"));
    assertEquals(new JsonArray(), patch(once, Optional.empty()));
  }

  @Test
  void takesItsNameBackInASecondPassThatFindsAnObstacle() {
    JsonObject once = created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    unservable.add("docker.io/library/nginx:1");
    JsonObject twice = created(once);
    assertEquals("docker.io/library/nginx:1", image(twice, "containers", 0));
    assertEquals("absent", annotation(twice, "original-image-c"));
  }

  @Test
  void writesAnInheritedRewrittenNameAnewFromTheNameItself() {
    JsonObject pod = created(
        pod("{'original-image-c': 'evil/image'}", "{'name': 'c', 'image': '" + OURS + "nginx:1'}"));
    assertEquals(OURS + "nginx:1", image(pod, "containers", 0));
    assertEquals("docker.io/library/nginx:1", annotation(pod, "original-image-c"));
  }

  @Test
  void rewritesAChangedImageOfAnUpdate() {
    JsonObject before = created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    JsonObject after = updated(before, withImage(before, "nginx:2"));
    assertEquals(OURS + "nginx:2", image(after, "containers", 0));
    assertEquals("nginx:2", annotation(after, "original-image-c"));
    assertEquals("busybox:1", annotation(after, "original-init-image-i"));
  }

  @Test
  void leavesTheUnchangedImagesOfAnUpdateEvenIfTheyCanNotBeServedAnyMore() {
    JsonObject before = created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    unservable.add("docker.io/library/busybox:1");
    JsonObject after = updated(before, withImage(before, "nginx:2"));
    assertEquals(OURS + "busybox:1", image(after, "initContainers", 0));
    assertEquals("busybox:1", annotation(after, "original-init-image-i"));
  }

  @Test
  void explainsAnImageOfAnUpdateThatCanNotBeServed() {
    JsonObject before = created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    unservable.add("docker.io/library/nginx:2");
    JsonObject after = updated(before, withImage(before, "nginx:2"));
    assertEquals("nginx:2", image(after, "containers", 0));
    assertEquals("absent", annotation(after, "original-image-c"));
    assertEquals(Set.of("c"), json(annotation(after, "kuik.enix.io/untouched")).keySet());
    unservable.clear();
    JsonObject later = updated(after, withImage(after, "nginx:3"));
    assertEquals("absent", annotation(later, "kuik.enix.io/untouched"));
  }

  @Test
  void neverRewritesAnUpdateOfAPodThatWasNotRewrittenWhenItWasCreated() {
    unservable.addAll(List.of("docker.io/library/nginx:1", "docker.io/library/busybox:1"));
    JsonObject before = created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    assertEquals(new JsonArray(), patch(withImage(before, "nginx:2"), Optional.of(before)));
  }

  @Test
  void believesTheOldPodAboutWhetherItWasRewritten() {
    JsonObject plain = pod("{}", "{'name': 'c', 'image': 'nginx:1'}");
    JsonObject claims = withImage(plain, "nginx:2");
    Json.object(claims, "metadata", "annotations").addProperty(PodView.REWRITTEN, "true");
    assertEquals(new JsonArray(), patch(claims, Optional.of(plain)));
  }

  @Test
  void rewritesAReplacementThatLostTheMarks() {
    JsonObject plain = pod("{}", "{'name': 'c', 'image': 'nginx:1'}");
    JsonObject before = created(plain);
    JsonObject after = updated(before, plain);
    assertEquals(image(before, "containers", 0), image(after, "containers", 0));
    assertEquals("true", annotation(after, PodView.REWRITTEN));
    assertFalse(PodView.of(after).labels().isEmpty());
  }

  @Test
  void anUnchangedImageThatIsAppliedAgainKeepsItsNameEvenIfItCanNotBeServedAnyMore() {
    JsonObject before = created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    unservable.addAll(List.of("docker.io/library/nginx:1", "docker.io/library/busybox:1"));
    for (String spelling : List.of("nginx:1", "docker.io/nginx:1", "docker.io/library/nginx:1")) {
      assertEquals(before, updated(before, withImage(before, spelling)), spelling);
    }
  }

  @Test
  void aReplacementGetsBackAllThatItLost() {
    JsonObject plain = pod("{'a': 'b'}", "{'name': 'c', 'image': 'nginx:1'}");
    unservable.add("docker.io/library/busybox:1");
    JsonObject before = marked(created(plain), "c", "docker.io/library/nginx:1");
    unservable.add("docker.io/library/nginx:1");
    assertEquals(before, updated(before, plain));
  }

  @Test
  void aReplacementWithAnotherImageGetsBackWhatItLostOfOthers() {
    JsonObject before = created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    JsonObject after = updated(before, pod("{}", "{'name': 'c', 'image': 'nginx:2'}"));
    assertEquals(OURS + "busybox:1", image(after, "initContainers", 0));
    assertEquals(OURS + "nginx:2", image(after, "containers", 0));
    assertEquals(Map.of("kuik.enix.io/rewrite-images", "true", "original-image-c", "nginx:2",
        "original-init-image-i", "busybox:1"), Json.strings(after, "metadata", "annotations"));
  }

  @Test
  void anImageThatCouldNotBeServedStaysWhateverItIsCalled() {
    unservable.add("docker.io/library/nginx:1");
    JsonObject before = created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    unservable.clear();
    for (String spelling : List.of("docker.io/library/nginx:1", OURS + "nginx:1")) {
      assertEquals(before, updated(before, withImage(before, spelling)), spelling);
    }
  }

  @Test
  void aPodUnderOurNameWithoutMarksKeepsItWhenItsImageIsAppliedAgain() {
    JsonObject before = json("{'metadata': {'name': 'p'}, 'spec': {'containers': [{'name': 'c', 'image': '"
        + OURS + "nginx:1'}]}}");
    assertEquals(before, updated(before, withImage(before, "nginx:1")));
    assertEquals(new JsonArray(), patch(withImage(before, "nginx:2"), Optional.of(before)));
  }

  @Test
  void aPodThatWasNotRewrittenIsSpelledAsItsAuthorLikes() {
    JsonObject before = json("{'metadata': {'name': 'p'}, 'spec': {'containers': [{'name': 'c',"
        + " 'image': 'nginx:1'}]}}");
    assertEquals(new JsonArray(), patch(withImage(before, "docker.io/nginx:1"), Optional.of(before)));
  }

  @Test
  void aCopiedMarkDoesNotChangeTheImageOfAContainerThatRuns() {
    JsonObject before = created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    JsonObject claims = marked(before, "c", "docker.io/library/nginx:1");
    assertEquals(OURS + "nginx:1", image(updated(before, claims), "containers", 0));
  }

  @Test
  void aHealedContainerKeepsItsNameWhenItsImageIsAppliedAgain() {
    JsonObject before = created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    JsonObject healed = marked(waits(before), "c", "docker.io/library/nginx:1");
    JsonObject back = marked(before, "c:back", OURS + "nginx:1");
    for (JsonObject old : List.of(healed, back)) {
      assertEquals(old, updated(old, withImage(old, "nginx:1")));
    }
  }

  @Test
  void aContainerThatWaitsUnderOurNameTakesItsImageAsItsUserWritesIt() {
    JsonObject before = waits(created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}")));
    for (JsonObject old : List.of(before, marked(before, "c:back", OURS + "nginx:1"))) {
      JsonObject after = updated(old, withImage(old, "docker.io/nginx:1"));
      assertEquals("docker.io/nginx:1", image(after, "containers", 0));
      assertEquals(OURS + "busybox:1", image(after, "initContainers", 0));
      assertEquals("absent", annotation(after, "original-image-c"));
      assertEquals(Set.of("c"), json(annotation(after, "kuik.enix.io/untouched")).keySet());
      assertEquals(after, updated(after, withImage(after, OURS + "nginx:1")), "no way back");
    }
  }

  @Test
  void aContainerThatWaitsUnderOurNameKeepsItInOtherWordsOfOurs() {
    JsonObject before = waits(created(pod("{}", "{'name': 'c', 'image': 'nginx'}")));
    assertEquals(before, updated(before, withImage(before, "localhost:7439/docker.io/library/nginx")));
  }

  @Test
  void aContainerThatWaitsInAPodWithoutMarksTakesItsImageAsItsUserWritesIt() {
    JsonObject before = waits(json("{'metadata': {'name': 'p'}, 'spec': {'containers': [{'name': 'c',"
        + " 'image': '" + OURS + "nginx:1'}]}}"));
    assertEquals(new JsonArray(), patch(withImage(before, "nginx:1"), Optional.of(before)));
  }

  @Test
  void anotherImageForAHealedContainerStaysAsItIsEvenIfTheMarkIsLost() {
    JsonObject before = created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    JsonObject healed = marked(before, "c", "docker.io/library/nginx:1");
    JsonObject after = updated(healed, withImage(before, "nginx:2"));
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
    JsonObject before = waits(created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}")));
    JsonObject healed = marked(before, "c", "docker.io/library/nginx:1");
    assertEquals(new JsonArray(), patch(healed, Optional.of(before)));
    JsonObject back = marked(healed, "c:back", OURS + "nginx:1");
    unservable.add("docker.io/library/nginx:1");
    assertEquals(new JsonArray(), patch(back, Optional.of(healed)));
  }

  @Test
  void rewritesOtherContainersOfAHealedPod() {
    JsonObject before = created(pod("{}", "{'name': 'c', 'image': 'nginx:1'}"));
    JsonObject after = updated(before, marked(before, "i,other:back", "nginx:2"));
    assertEquals(OURS + "nginx:2", image(after, "containers", 0));
    assertEquals("i,other:back", annotation(after, "kuik.enix.io/healed"));
  }

  @Test
  void aNewPodThatClaimsToBeHealedIsRewrittenAndLosesTheClaim() {
    JsonObject pod = created(pod("{'kuik.enix.io/healed': 'c,i'}", "{'name': 'c', 'image': 'nginx:1'}"));
    assertEquals(OURS + "nginx:1", image(pod, "containers", 0));
    assertEquals("absent", annotation(pod, "kuik.enix.io/healed"));
  }
}
