package io.kuik.controller.image;

import io.kuik.controller.pod.PodView;
import io.kuik.controller.rewrite.ImageRules;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which pods use which images, kept by image: what a pod's change costs does not grow with the number of
 * images.
 */
public final class ImageUsage {
  private static final int REMEMBERED = 20_000;

  private static final NavigableSet<String> NOBODY = Collections.emptyNavigableSet();

  private final ImageRules rules;
  private final InstantSource clock;
  private final Map<String, NavigableSet<String>> podsByImage = new HashMap<>();
  private final Map<String, Set<String>> imagesByPod = new HashMap<>();

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
    return List.copyOf(podsByImage.getOrDefault(image, NOBODY));
  }

  /** How many pods use an image, and the first of them. */
  public synchronized CachedImage.Usage users(String image) {
    NavigableSet<String> pods = podsByImage.getOrDefault(image, NOBODY);
    return new CachedImage.Usage(pods.size(), pods.stream().limit(CachedImage.Usage.SHOWN).toList());
  }

  /** How many pods use an image. */
  public synchronized int count(String image) {
    return podsByImage.getOrDefault(image, NOBODY).size();
  }

  /** When the last pod that used an image went, if we saw it; also one that came and went in between. */
  public synchronized Optional<Instant> left(String image) {
    return Optional.ofNullable(left.get(image));
  }

  /** The images that any pod uses. */
  public synchronized Set<String> used() {
    return Set.copyOf(podsByImage.keySet());
  }

  /** Thousands of pods have the same image: its name is kept once. */
  private Set<String> images(PodView pod) {
    var images = new HashSet<String>();
    pod.containers().forEach(c -> {
      if (rules.classify(c) instanceof ImageRules.Wanted wanted) {
        images.add(wanted.image().canonical().intern());
      }
    });
    return Set.copyOf(images);
  }

  private Set<String> replace(String pod, Set<String> images) {
    Set<String> before = images.isEmpty() ? imagesByPod.remove(pod) : imagesByPod.put(pod, images);
    Set<String> old = before == null ? Set.of() : before;
    var changed = new TreeSet<String>();
    for (String gone : old) {
      if (!images.contains(gone)) {
        changed.add(gone);
        podsByImage.computeIfPresent(gone, (k, pods) -> {
          pods.remove(pod);
          if (pods.isEmpty()) {
            left.put(k, clock.instant());
          }
          return pods.isEmpty() ? null : pods;
        });
      }
    }
    for (String image : images) {
      if (!old.contains(image)) {
        changed.add(image);
        podsByImage.computeIfAbsent(image, k -> new TreeSet<>()).add(pod);
      }
    }
    return changed;
  }
}
