package io.kuik.controller.image;

import io.kuik.controller.pod.PodView;
import io.kuik.controller.rewrite.ImageRules;
import io.kuik.model.ImageReference;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which pods use which images, kept by image: what a pod's change costs does not grow with the number of
 * images.
 */
public final class ImageUsage {
  private static final int REMEMBERED = 20_000;

  private final ImageRules rules;
  private final InstantSource clock;
  private final Map<String, TreeSet<String>> podsByImage = new HashMap<>();
  private final Map<String, Set<ImageReference>> imagesByPod = new HashMap<>();

  private final Map<String, Instant> left = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
      return size() > REMEMBERED;
    }
  };

  /** The rules say which images of a pod count. */
  public ImageUsage(ImageRules rules, InstantSource clock) {
    this.rules = rules;
    this.clock = clock;
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
    return List.copyOf(podsByImage.getOrDefault(image, new TreeSet<>()));
  }

  /** How many pods use an image, and the first of them. */
  public synchronized CachedImage.Usage users(String image) {
    TreeSet<String> pods = podsByImage.getOrDefault(image, new TreeSet<>());
    return new CachedImage.Usage(pods.size(), pods.stream().limit(CachedImage.Usage.SHOWN).toList());
  }

  /** When the last pod that used an image went, if we saw it; also one that came and went in between. */
  public synchronized Optional<Instant> left(String image) {
    return Optional.ofNullable(left.get(image));
  }

  /** The images that any pod uses. */
  public synchronized Set<String> used() {
    return Set.copyOf(podsByImage.keySet());
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
          if (pods.isEmpty()) {
            left.put(k, clock.instant());
          }
          return pods.isEmpty() ? null : pods;
        });
      }
    }
    for (ImageReference image : images) {
      if (!old.contains(image)) {
        changed.add(image.canonical());
        podsByImage.computeIfAbsent(image.canonical(), k -> new TreeSet<>()).add(pod);
      }
    }
    return changed;
  }
}
