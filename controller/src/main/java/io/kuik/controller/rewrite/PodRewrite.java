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
   * The images whose servability must be known before {@link #decide}; of an update only those that changed.
   */
  public static Map<PodContainer, ImageRules.Classified> classify(ImageRules rules, PodView pod,
      Optional<PodView> before) {
    var classified = new LinkedHashMap<PodContainer, ImageRules.Classified>();
    // An update of a pod that was not rewritten when it was created must not restart its containers under new
    // names; what the new pod says of itself may be anything.
    if (before.isPresent() && !before.get().rewritten()) {
      return classified;
    }
    // A container that was healed keeps what it was given. A new pod can't have been healed, whatever it
    // says.
    HealedMark healed = HealedMark.of(before.isEmpty() ? Map.of() : pod.annotations());
    for (PodContainer container : pod.containers()) {
      boolean open = before.isEmpty() || changed(container, before.get());
      if (open && !healed.names(container.name())) {
        classified.put(container, rules.classify(container));
      }
    }
    return classified;
  }

  private static boolean changed(PodContainer container, PodView before) {
    return before.container(container.name(), container.init())
        .map(old -> !old.image().equals(container.image())).orElse(true);
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
