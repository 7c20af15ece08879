package io.kuik.controller.pod;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.util.List;
import java.util.Set;

/**
 * Whether only Windows nodes take a pod. No proxy runs there, so a rewritten image could not be pulled. A pod
 * that gets there by tolerations alone can't be told from others.
 */
final class WindowsPod {
  private static final String WINDOWS = "windows";
  /** The second is what the first was called before Kubernetes 1.14; nodes still have both. */
  private static final Set<String> LABELS = Set.of("kubernetes.io/os", "beta.kubernetes.io/os");

  private WindowsPod() {
  }

  static boolean is(JsonObject spec) {
    return Json.text(spec, "os", "name").filter(WINDOWS::equals).isPresent()
        || LABELS.stream().anyMatch(l -> WINDOWS.equals(Json.strings(spec, "nodeSelector").get(l)))
        || isByAffinity(spec);
  }

  /** One of the terms suffices for a node, so all of them must name Windows. */
  private static boolean isByAffinity(JsonObject spec) {
    List<JsonObject> terms = Json.objects(spec, "affinity", "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms");
    return !terms.isEmpty() && terms.stream()
        .allMatch(t -> Json.objects(t, "matchExpressions").stream().anyMatch(WindowsPod::namesWindows));
  }

  private static boolean namesWindows(JsonObject expression) {
    return LABELS.contains(Json.text(expression, "key").orElse(""))
        && Json.text(expression, "operator").orElse("").equals("In")
        && Json.texts(expression, "values").equals(List.of(WINDOWS));
  }
}
