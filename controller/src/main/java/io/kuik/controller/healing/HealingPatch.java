package io.kuik.controller.healing;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.kuik.controller.pod.HealedMark;
import io.kuik.controller.pod.PodContainer;
import io.kuik.controller.pod.PodView;
import io.kuik.controller.pod.WaitingContainer;
import java.util.List;

/**
 * The JSON patch (RFC 6902) that heals a pod. Before it changes anything it tests that the pod, its
 * containers and what they wait for are still those that were looked at: a container that runs by now would
 * be killed by another image.
 */
final class HealingPatch {
  private final PodView pod;
  private final JsonArray operations = new JsonArray();

  private HealingPatch(PodView pod) {
    this.pod = pod;
  }

  static JsonArray of(PodView pod, List<Decision.Change> changes) {
    var patch = new HealingPatch(pod);
    patch.operation("test", "/metadata/uid", new JsonPrimitive(pod.uid()));
    changes.forEach(patch::test);
    changes.forEach(c -> patch.text("replace", patch.path(c.container()) + "/image", c.image()));
    patch.mark(changes);
    return patch.operations;
  }

  private void test(Decision.Change change) {
    WaitingContainer waiting = change.waiting();
    text("test", waiting.path() + "/name", waiting.name());
    text("test", waiting.path() + "/state/waiting/reason", waiting.reason());
    text("test", path(change.container()) + "/name", waiting.name());
    text("test", path(change.container()) + "/image", change.container().image());
  }

  private String path(PodContainer container) {
    List<PodContainer> siblings = pod.containers().stream().filter(c -> c.init() == container.init())
        .toList();
    return "/spec/" + (container.init() ? "initContainers" : "containers") + "/"
        + siblings.indexOf(container);
  }

  private void mark(List<Decision.Change> changes) {
    HealedMark mark = HealedMark.of(pod.annotations());
    for (Decision.Change change : changes) {
      mark = switch (change) {
        case Decision.Heal h -> mark.withThere(h.container().name());
        case Decision.HealBack b -> mark.withBack(b.container().name());
      };
    }
    if (pod.annotations().isEmpty()) {
      // Should there be some by now, the admission policy refuses to lose them.
      var annotations = new JsonObject();
      annotations.addProperty(HealedMark.ANNOTATION, mark.text());
      operation("add", "/metadata/annotations", annotations);
    } else {
      text("add", "/metadata/annotations/" + HealedMark.ANNOTATION.replace("/", "~1"), mark.text());
    }
  }

  private void text(String op, String path, String value) {
    operation(op, path, new JsonPrimitive(value));
  }

  private void operation(String op, String path, JsonElement value) {
    var operation = new JsonObject();
    operation.addProperty("op", op);
    operation.addProperty("path", path);
    operation.add("value", value);
    operations.add(operation);
  }
}
