package io.kuik.controller.rewrite;

import static io.kuik.controller.json.SingleQuotes.json;

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

/** Pods as they are after the patch that the webhook sends. */
final class PatchedPods {
  private static final RewrittenName NAMES = new RewrittenName(7439);
  private static final ImageRules RULES = new ImageRules(new ImageFilter(List.of(), List.of(), false), NAMES);
  static final String OURS = "localhost:7439/docker.io/library/";

  final Set<String> unservable = new HashSet<>();

  static JsonObject pod(String annotations, String containers) {
    return json("{'metadata': {'name': 'p', 'namespace': 'n', 'annotations': " + annotations
        + "}, 'spec': {'initContainers': [{'name': 'i', 'image': 'busybox:1'}], 'containers': ["
        + containers + "]}}");
  }

  JsonArray patch(JsonObject pod, Optional<JsonObject> before) {
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

  JsonObject created(JsonObject pod) {
    return PatchApplier.apply(pod, patch(pod, Optional.empty()));
  }

  JsonObject updated(JsonObject before, JsonObject pod) {
    return PatchApplier.apply(pod, patch(pod, Optional.of(before)));
  }

  static String image(JsonObject pod, String list, int index) {
    return Json.text(Json.objects(pod, "spec", list).get(index), "image").orElseThrow();
  }

  static String annotation(JsonObject pod, String key) {
    return Json.text(pod, "metadata", "annotations", key).orElse("absent");
  }

  static JsonObject withImage(JsonObject pod, String image) {
    JsonObject copy = pod.deepCopy();
    Json.objects(copy, "spec", "containers").getFirst().addProperty("image", image);
    return copy;
  }
}
