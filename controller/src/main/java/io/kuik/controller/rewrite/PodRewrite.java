package io.kuik.controller.rewrite;

import io.kuik.controller.pod.HealedMark;
import io.kuik.controller.pod.PodContainer;
import io.kuik.controller.pod.PodView;
import io.kuik.model.ImageReference;
import io.kuik.model.RewrittenName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of a pod's images.
 *
 * @param managed
 *          whether the pod has an image that we look after
 */
public record PodRewrite(boolean managed, List<Decision> decisions) {
  private static final Untouched INSISTED = new Untouched("NamedWhileWaiting",
      "the container waited for the image under its rewritten name when it was given this one");

  /** What becomes of one container's image. */
  public sealed interface Decision {
    /** The container. */
    PodContainer container();
  }

  /** The image gets, or keeps, its name at the proxy. */
  public record Rewritten(PodContainer container, String original, String name) implements Decision {
  }

  /** The image keeps, or gets back, the name that its author gave it. */
  public record Left(PodContainer container, String original, Untouched why) implements Decision {
  }

  /**
   * The image was named in other words than those that the container has it under: a manifest that is applied
   * again has the author's words, not ours. The container keeps the name, for the kubelet restarts whatever
   * runs and gets another one.
   */
  public record Kept(PodContainer container, String name) implements Decision {
  }

  /**
   * The images whose servability must be known before {@link #decide}; of an update only those that it
   * changes.
   */
  public static Map<PodContainer, ImageRules.Classified> classify(ImageRules rules, PodView pod,
      Optional<PodView> before) {
    var classified = new LinkedHashMap<PodContainer, ImageRules.Classified>();
    for (PodContainer container : pod.containers()) {
      Optional<ImageRules.Classified> now = before.isEmpty()
          ? Optional.of(rules.classify(container))
          : update(rules, container, pod, before.get());
      now.ifPresent(c -> classified.put(container, c));
    }
    return classified;
  }

  /** Empty if the container gets what the update says. */
  private static Optional<ImageRules.Classified> update(ImageRules rules, PodContainer container, PodView pod,
      PodView before) {
    String old = before.container(container.name(), container.init()).map(PodContainer::image).orElse("");
    if (old.equals(container.image()) || heals(container, pod, before)) {
      return Optional.empty();
    }
    if (rules.same(old, container.image()) && (before.rewritten() || rules.ours(old))) {
      return rules.ours(old) && !rules.ours(container.image()) && waits(container, before)
          ? insisted(before)
          : Optional.of(new ImageRules.Same(old));
    }
    // An update of a pod that was not rewritten when it was created must not restart its containers under new
    // names; what the new pod says of itself may be anything. A container that was healed keeps what it is
    // given.
    return before.rewritten() && !mark(pod, before).names(container.name())
        ? Optional.of(rules.classify(container))
        : Optional.empty();
  }

  /**
   * Nothing that runs is restarted, and our name is what may keep the container down: its user's word stands.
   */
  private static Optional<ImageRules.Classified> insisted(PodView before) {
    return before.rewritten() ? Optional.of(new ImageRules.Insisted()) : Optional.empty();
  }

  private static boolean waits(PodContainer container, PodView before) {
    return before.waiting().stream()
        .anyMatch(w -> w.init() == container.init() && w.name().equals(container.name()));
  }

  /**
   * Whether this update is what heals the container: it waits for its image, and the mark begins to say so.
   */
  private static boolean heals(PodContainer container, PodView pod, PodView before) {
    return waits(container, before)
        && !mark(pod, before).agrees(HealedMark.of(before.annotations()), container.name());
  }

  /** A replacement may have lost it. */
  private static HealedMark mark(PodView pod, PodView before) {
    return HealedMark.of(pod.annotations().containsKey(HealedMark.ANNOTATION)
        ? pod.annotations()
        : before.annotations());
  }

  /**
   * Turns classes and verdicts into decisions.
   *
   * @param obstacles
   *          of the wanted images, those that can't be served, and why
   */
  public static PodRewrite decide(Map<PodContainer, ImageRules.Classified> classified,
      Map<ImageReference, Untouched> obstacles, RewrittenName names) {
    var decisions = new ArrayList<Decision>();
    boolean managed = false;
    for (var entry : classified.entrySet()) {
      PodContainer container = entry.getKey();
      switch (entry.getValue()) {
        case ImageRules.Unwanted unwanted ->
          decisions.add(new Left(container, container.image(), unwanted.why()));
        case ImageRules.Insisted insisted -> {
          managed = true;
          decisions.add(new Left(container, container.image(), INSISTED));
        }
        case ImageRules.Same same -> decisions.add(new Kept(container, same.name()));
        case ImageRules.Wanted wanted -> {
          managed = true;
          Untouched obstacle = obstacles.get(wanted.image());
          decisions.add(obstacle == null
              ? new Rewritten(container, wanted.original(), names.of(wanted.image()))
              : new Left(container, wanted.original(), obstacle));
        }
      }
    }
    return new PodRewrite(managed, List.copyOf(decisions));
  }
}
