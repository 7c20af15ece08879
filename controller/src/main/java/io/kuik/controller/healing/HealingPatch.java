package io.kuik.controller.healing;

import com.google.gson.JsonArray;
import io.kuik.controller.json.JsonPatch;
import io.kuik.controller.pod.HealedMark;
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
  private final JsonPatch patch = new JsonPatch();

  private HealingPatch(PodView pod) {
    this.pod = pod;
  }

  static JsonArray of(PodView pod, List<Decision.Change> changes) {
    var healing = new HealingPatch(pod);
    healing.patch.test("/metadata/uid", pod.uid());
    changes.forEach(healing::test);
    changes.forEach(c -> healing.patch.replace(pod.pointer(c.container()) + "/image", c.image()));
    healing.mark(changes);
    return healing.patch.operations();
  }

  private void test(Decision.Change change) {
    WaitingContainer waiting = change.waiting();
    patch.test(waiting.path() + "/name", waiting.name());
    patch.test(waiting.path() + "/state/waiting/reason", waiting.reason());
    patch.test(pod.pointer(change.container()) + "/name", waiting.name());
    patch.test(pod.pointer(change.container()) + "/image", change.container().image());
  }

  private void mark(List<Decision.Change> changes) {
    HealedMark mark = HealedMark.of(pod.annotations());
    for (Decision.Change change : changes) {
      mark = switch (change) {
        case Decision.Heal h -> mark.withThere(h.container().name());
        case Decision.HealBack b -> mark.withBack(b.container().name());
      };
    }
    mark.write(patch, pod);
  }
}
