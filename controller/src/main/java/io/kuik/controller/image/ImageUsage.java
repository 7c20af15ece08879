package io.kuik.controller.image;

import io.kuik.controller.pod.PodView;
import io.kuik.controller.rewrite.ImageRules;
import io.kuik.model.ImageReference;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which pods use which images, kept by image: what a pod's change costs does not grow with the number of
 * images.
 */
public final class ImageUsage {
  private final ImageRules rules;
  private final Map<String, Set<String>> podsByImage = new HashMap<>();
  private final Map<String, Set<ImageReference>> imagesByPod = new HashMap<>();

  /** The rules say which images of a pod count. */
  public ImageUsage(ImageRules rules) {
    this.rules = rules;
  }

  /** Takes note of a pod as it is now; returns the images whose users changed. */
  public synchronized Set<String> update(PodView pod) {
    return replace(pod.key(), pod.managed() && pod.live() ? images(pod) : Set.of());
  }

  /** Takes note that a pod is gone; returns the images that it used. */
  public synchronized Set<String> remove(PodView pod) {
    return replace(pod.key(), Set.of());
  }

  /** The pods that use an image, by canonical reference. */
  public synchronized List<String> pods(String image) {
    return List.copyOf(podsByImage.getOrDefault(image, Set.of()));
  }

  private Set<ImageReference> images(PodView pod) {
    var images = new HashSet<ImageReference>();
    pod.containers().forEach(c -> {
      if (rules.classify(c) instanceof ImageRules.Wanted wanted) {
        images.add(wanted.image());
      }
    });
    return images;
  }

  private Set<String> replace(String pod, Set<ImageReference> images) {
    Set<ImageReference> before = images.isEmpty() ? imagesByPod.remove(pod) : imagesByPod.put(pod, images);
    Set<ImageReference> old = before == null ? Set.of() : before;
    var changed = new TreeSet<String>();
    for (ImageReference gone : old) {
      if (!images.contains(gone)) {
        changed.add(gone.canonical());
        podsByImage.computeIfPresent(gone.canonical(), (k, pods) -> {
          pods.remove(pod);
          return pods.isEmpty() ? null : pods;
        });
      }
    }
    for (ImageReference image : images) {
      if (!old.contains(image)) {
        changed.add(image.canonical());
        podsByImage.computeIfAbsent(image.canonical(), k -> new HashSet<>()).add(pod);
      }
    }
    return changed;
  }
}
