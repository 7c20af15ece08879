package io.kuik.controller.healing;

import com.google.gson.JsonArray;
import io.kuik.controller.pod.PodView;
import java.util.Optional;
import java.util.Set;

/** What healing needs of the cluster. */
public interface HealingStore {
  /** A pod that we look after, as it was last seen. */
  Optional<PodView> pod(String key);

  /** Whether a proxy of this node is Ready, as far as its pod's status goes. */
  boolean proxyReady(String node);

  /** Names of the images that the node says it has; it may name some of them only. */
  Set<String> imagesOn(String node);

  /** Patches a pod; false if it is no longer the one that the patch is for. */
  boolean patch(PodView pod, JsonArray patch);

  /** Makes an Event of a pod's container. */
  void event(PodView pod, String fieldPath, boolean warning, String reason, String message);
}
