package io.kuik.controller.healing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.controller.json.Json;
import io.kuik.controller.pod.PodView;
import io.kuik.controller.rewrite.PatchApplier;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The patch that heals a pod, and when it does nothing. */
class HealingPatchTest {
  private static final JsonObject POD = JsonParser.parseString("""
      {"metadata": {"namespace": "n", "name": "p", "uid": "u", "annotations": {"a": "b"}},
       "spec": {"nodeName": "n1", "initContainers": [{"name": "i", "image": "localhost:7439/h/i:1"}],
                "containers": [{"name": "x", "image": "localhost:7439/h/x:1"},
                               {"name": "c", "image": "localhost:7439/h/c:1", "tty": true}]},
       "status": {"initContainerStatuses": [{"name": "i", "state": {"waiting": {"reason": "ErrImagePull"}}}],
                  "containerStatuses": [{"name": "c", "state": {"waiting": {"reason": "ImagePullBackOff"}}},
                                        {"name": "x", "state": {"running": {}}}]}}
      """).getAsJsonObject();

  private static Decision.Change heal(PodView pod, int waiting) {
    var w = pod.waiting().get(waiting);
    return new Decision.Heal(w, pod.container(w.name(), w.init()).orElseThrow(), "h/" + w.name() + ":1", "r",
        "why");
  }

  private static JsonArray patch(JsonObject json) {
    PodView pod = PodView.of(json);
    return HealingPatch.of(pod, List.of(heal(pod, 0), heal(pod, 1)));
  }

  private static JsonObject changed(String from, String to) {
    return JsonParser.parseString(POD.toString().replace(from, to)).getAsJsonObject();
  }

  @Test
  void changesTheImagesAndTheMarkAndNothingElse() {
    JsonObject expected = changed("localhost:7439/h/i:1", "h/i:1");
    expected = JsonParser.parseString(expected.toString().replace("localhost:7439/h/c:1", "h/c:1"))
        .getAsJsonObject();
    Json.object(expected, "metadata", "annotations").addProperty("kuik.enix.io/healed", "c,i");
    assertEquals(expected, PatchApplier.apply(POD, patch(POD)));
  }

  @Test
  void keepsWhatTheMarkSaidOfOthers() {
    JsonObject before = changed("\"a\":\"b\"", "\"kuik.enix.io/healed\":\"x\"");
    PodView pod = PodView.of(before);
    Decision.Heal heal = (Decision.Heal) heal(pod, 1);
    JsonArray patch = HealingPatch.of(pod,
        List.of(new Decision.HealBack(heal.waiting(), heal.container(), "image", "why")));
    assertEquals(Optional.of("c:back,x"),
        Json.text(PatchApplier.apply(before, patch), "metadata", "annotations", "kuik.enix.io/healed"));
  }

  @Test
  void aPodWithoutAnnotationsGetsSome() {
    JsonObject before = changed("\"annotations\":{\"a\":\"b\"}", "\"x\":1");
    assertEquals(Optional.of("c,i"),
        Json.text(PatchApplier.apply(before, patch(before)), "metadata", "annotations",
            "kuik.enix.io/healed"));
  }

  @Test
  void keepsForeignAnnotationsThatTheViewInMemoryLeftOut() {
    PodView kept = PodView.of(POD).trimmed();
    JsonArray patch = HealingPatch.of(kept, List.of(heal(kept, 1)));
    assertEquals(Map.of("a", "b", "kuik.enix.io/healed", "c"),
        Json.strings(PatchApplier.apply(POD, patch), "metadata", "annotations"));
  }

  @Test
  void failsAsAWholeOnAnythingElseThanWhatWasLookedAt() {
    JsonArray patch = patch(POD);
    for (String[] change : new String[][]{{"\"uid\":\"u\"", "\"uid\":\"v\""},
        {"ImagePullBackOff", "CrashLoopBackOff"}, {"localhost:7439/h/c:1", "localhost:7439/h/c:2"},
        {"{\"waiting\":{\"reason\":\"ErrImagePull\"}}", "{\"waiting\":{\"reason\":\"PodInitializing\"}}"},
        {"\"name\":\"i\",\"image\"", "\"name\":\"j\",\"image\""},
        {"{\"name\":\"c\",\"state\"", "{\"name\":\"d\",\"state\""}}) {
      JsonObject moved = changed(change[0], change[1]);
      assertThrows(IllegalStateException.class, () -> PatchApplier.apply(moved, patch), change[0]);
    }
  }
}
