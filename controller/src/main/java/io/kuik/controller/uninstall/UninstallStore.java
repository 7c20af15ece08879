package io.kuik.controller.uninstall;

import com.google.gson.JsonArray;
import io.kuik.controller.pod.PodView;
import java.util.List;
import java.util.Optional;

/** What an uninstall needs of the cluster; what isn't there is gone already. */
public interface UninstallStore {
  /** Deletes the webhook's configuration: from then on pods keep their images. */
  void deleteWebhook(String name);

  /** Scales a Deployment to nothing. */
  void scaleToZero(String deployment);

  /** Names of the release's pods that match a selector. */
  List<String> podNames(String selector);

  /** Deletes the release's pods that match a selector. */
  void deletePods(String selector);

  /** Deletes the Jobs that match a selector, their pods, and the Secrets that they were given. */
  void deleteJobs(String selector);

  /** Deletes a Lease. */
  void deleteLease(String name);

  /** The pods of all namespaces that we look after and that have not begun; empty if they can't be listed. */
  Optional<List<PendingPod>> pending();

  /** Patches a pod; false if it has moved on, or may not be patched. */
  boolean patch(PodView pod, JsonArray patch);

  /** Makes an Event of a pod. */
  void event(PodView pod, String reason, String message);
}
