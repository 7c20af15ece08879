package io.kuik.controller.uninstall;

import com.google.gson.JsonArray;
import io.kuik.controller.json.JsonPatch;
import io.kuik.controller.pod.HealedMark;
import io.kuik.controller.pod.PodContainer;
import io.kuik.controller.pod.PodView;
import io.kuik.controller.uninstall.PendingPod.Stage;
import io.kuik.model.ImageReference;
import io.kuik.model.InvalidReferenceException;
import io.kuik.model.RewrittenName;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives pods that have not begun their original images back, because after an uninstall nobody serves the
 * rewritten names. Containers that have begun keep theirs: the kubelet restarts what gets another image.
 */
public final class PendingPods {
  private static final Logger LOG = LoggerFactory.getLogger(PendingPods.class);
  private static final Set<Stage> SURE = EnumSet.of(Stage.NOT_YET, Stage.FAILING);
  /**
   * With those that are being prepared. Should one begin at this very moment, the kubelet restarts it once;
   * without its image it would never begin.
   */
  private static final Set<Stage> ALL = EnumSet.of(Stage.NOT_YET, Stage.FAILING, Stage.STARTING);

  private final UninstallStore store;
  private final RewrittenName names;

  /** The names are those that only our proxies serve. */
  public PendingPods(UninstallStore store, RewrittenName names) {
    this.store = store;
    this.names = names;
  }

  /**
   * What a look left as it was.
   *
   * @param listed
   *          whether the pods were seen at all
   * @param pods
   *          those with containers that may be pulling, and those that have changed since they were seen
   */
  record Left(boolean listed, Set<String> pods) {
    boolean nothing() {
      return listed && pods.isEmpty();
    }
  }

  /** Leaves containers alone that may be pulling. */
  Left restore() {
    return restore(SURE);
  }

  /** Leaves none alone but those that have begun. */
  Left restoreAll() {
    return restore(ALL);
  }

  private Left restore(Set<Stage> stages) {
    Optional<List<PendingPod>> found = store.pending();
    var left = new TreeSet<String>();
    for (PendingPod pending : found.orElse(List.of())) {
      Map<PodContainer, ImageReference> images = rewritten(pending, stages);
      boolean restored = images.isEmpty() || restore(pending, images);
      boolean pulls = !stages.contains(Stage.STARTING)
          && !rewritten(pending, Set.of(Stage.STARTING)).isEmpty();
      if (!restored || pulls) {
        left.add(pending.pod().key());
      }
    }
    return new Left(found.isPresent(), left);
  }

  /** Containers under a name of ours that were not given their original image before, and what it is. */
  private Map<PodContainer, ImageReference> rewritten(PendingPod pending, Set<Stage> stages) {
    PodView pod = pending.pod();
    var images = new LinkedHashMap<PodContainer, ImageReference>();
    if (!pod.terminating()) {
      HealedMark mark = HealedMark.of(pod.annotations());
      pending.containers(stages).stream().filter(c -> !mark.names(c.name()))
          .forEach(c -> original(c).ifPresent(i -> images.put(c, i)));
    }
    return images;
  }

  private Optional<ImageReference> original(PodContainer container) {
    try {
      return names.original(container.image());
    } catch (InvalidReferenceException notOurs) {
      return Optional.empty();
    }
  }

  private boolean restore(PendingPod pending, Map<PodContainer, ImageReference> images) {
    PodView pod = pending.pod();
    if (!store.patch(pod, patch(pending, images))) {
      return false;
    }
    LOG.info("pod has its original images pod={} containers={}", pod.key(),
        images.keySet().stream().map(PodContainer::name).toList());
    store.event(pod, "ImageHealed", "Images of containers that have not begun are the original ones: "
        + images.values().stream().map(ImageReference::canonical).toList()
        + ", because kube-image-keeper is being uninstalled");
    return true;
  }

  /** Only for the pod as it was seen: one that was scheduled or has begun since is looked at again. */
  private static JsonArray patch(PendingPod pending, Map<PodContainer, ImageReference> images) {
    PodView pod = pending.pod();
    var patch = new JsonPatch();
    patch.test("/metadata/resourceVersion", pending.version());
    HealedMark mark = HealedMark.of(pod.annotations());
    for (Map.Entry<PodContainer, ImageReference> image : images.entrySet()) {
      patch.replace(pod.pointer(image.getKey()) + "/image", image.getValue().canonical());
      mark = mark.withThere(image.getKey().name());
    }
    mark.write(patch, pod);
    return patch.operations();
  }
}
