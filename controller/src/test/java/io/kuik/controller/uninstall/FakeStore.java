package io.kuik.controller.uninstall;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import io.kuik.controller.pod.PodView;
import io.kuik.controller.rewrite.PatchApplier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A cluster that keeps pods as JSON and remembers what was done, in which order. */
final class FakeStore implements UninstallStore {
  final Map<String, JsonObject> pods = new LinkedHashMap<>();
  final List<String> done = new ArrayList<>();
  final List<String> events = new ArrayList<>();
  /** What happens before a list of pods is answered. */
  Consumer<FakeStore> meanwhile = s -> {
  };
  boolean refuses;
  /** How many lists fail. */
  int unlisted;

  /** The image of a pod's container. */
  String image(String pod, String list, int index) {
    return Json.text(Json.objects(pods.get(pod), "spec", list).get(index), "image").orElseThrow();
  }

  @Override
  public void deleteWebhook(String name) {
    done.add("delete webhook " + name);
  }

  @Override
  public void scaleToZero(String deployment) {
    done.add("scale to zero " + deployment);
  }

  @Override
  public List<String> podNames(String selector) {
    done.add("await " + selector.substring(selector.lastIndexOf('=') + 1));
    return List.of();
  }

  @Override
  public void deletePods(String selector) {
    done.add("delete pods " + selector);
  }

  @Override
  public void deleteJobs(String selector) {
    done.add("delete jobs " + selector);
  }

  @Override
  public void deleteLease(String name) {
    done.add("delete lease " + name);
  }

  @Override
  public Optional<List<PendingPod>> pending() {
    done.add("pending");
    if (unlisted > 0) {
      unlisted--;
      return Optional.empty();
    }
    List<PendingPod> found = pods.values().stream().map(PendingPod::of).toList();
    meanwhile.accept(this);
    return Optional.of(found);
  }

  @Override
  public boolean patch(PodView pod, JsonArray patch) {
    if (refuses) {
      return false;
    }
    try {
      JsonObject patched = PatchApplier.apply(pods.get(pod.name()), patch);
      Json.object(patched, "metadata").addProperty("resourceVersion", "later");
      pods.put(pod.name(), patched);
      return true;
    } catch (IllegalStateException movedOn) {
      return false;
    }
  }

  @Override
  public void event(PodView pod, String reason, String message) {
    events.add(pod.name() + " " + reason + " " + message);
  }
}
