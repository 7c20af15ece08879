package io.kuik.controller.healing;

import io.kuik.controller.pod.HealedMark;
import io.kuik.controller.pod.PodContainer;
import io.kuik.controller.pod.PodView;
import io.kuik.controller.pod.WaitingContainer;
import io.kuik.model.ImageReference;
import io.kuik.model.InvalidReferenceException;
import io.kuik.model.RewrittenName;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether a waiting container gets its original image back. The original is always derived from the
 * name, never from an annotation.
 */
final class HealingRules {
  /** The reasons of changes. */
  static final String NO_PROXY = "NoProxy";
  static final String NO_ANSWER = "NoAnswer";
  static final String NOT_SERVED = "NotServed";
  static final String RATE_LIMITED = "RateLimited";
  static final String INVALID_NAME = "InvalidName";
  static final String FAILED = "Failed";
  static final String BACK = "Back";

  private static final Set<String> WITHOUT_PROXY = Set.of(NO_PROXY, NO_ANSWER);

  /** How long a pod waits for what is probably better than its original image. */
  static final Duration HOPE = Duration.ofMinutes(1);

  private final RewrittenName names;

  HealingRules(RewrittenName names) {
    this.names = names;
  }

  /**
   * The original image of a container that may be healed: it is under our name, and was never healed before.
   */
  Optional<ImageReference> healable(PodView pod, PodContainer container) {
    if (HealedMark.of(pod.annotations()).names(container.name())) {
      return Optional.empty();
    }
    try {
      return names.original(container.image());
    } catch (InvalidReferenceException e) {
      return Optional.empty();
    }
  }

  /**
   * The image of a container that may be healed back: it was healed once, and has the name that we gave it.
   */
  Optional<ImageReference> returnable(PodView pod, PodContainer container) {
    if (!HealedMark.of(pod.annotations()).there().contains(container.name())
        || names.matches(container.image())) {
      return Optional.empty();
    }
    try {
      ImageReference image = ImageReference.parse(container.image());
      return Optional.of(image).filter(i -> i.canonical().equals(container.image()));
    } catch (InvalidReferenceException e) {
      return Optional.empty();
    }
  }

  /** The decision; facts are those of the image that {@link #healable} or {@link #returnable} tells. */
  Decision decide(PodView pod, WaitingContainer waiting, Facts facts) {
    Optional<PodContainer> container = pod.container(waiting.name(), waiting.init());
    if (!pod.live() || pod.terminating() || container.isEmpty()) {
      return leave("the pod is at its end");
    }
    Trouble trouble = Trouble.of(waiting, container.get().image());
    Optional<ImageReference> healable = healable(pod, container.get());
    Optional<ImageReference> returnable = returnable(pod, container.get());
    if (healable.isEmpty() && returnable.isEmpty()) {
      return leave("it isn't under our name, or was given its original name once already");
    }
    if (trouble == Trouble.NODE) {
      return leave("the node can't take the image, whatever its name");
    }
    return returnable.<Decision>map(i -> back(waiting, container.get(), i, facts))
        .orElseGet(() -> heal(pod, waiting, container.get(), healable.orElseThrow(), trouble, facts));
  }

  /**
   * What becomes of a container whose turn has not come when another one of its pod is changed: without its
   * proxy it would fail as well, and the kubelet tells of a second failure only after 10 s or more.
   */
  Optional<Decision.Change> along(PodView pod, WaitingContainer waiting, Facts facts, Decision.Change first) {
    if (!WITHOUT_PROXY.contains(first.reason()) || facts.upstream() != Facts.Upstream.GIVES) {
      return Optional.empty();
    }
    return pod.container(waiting.name(), waiting.init())
        .flatMap(c -> healable(pod, c).map(i -> new Decision.Heal(waiting, c, i.canonical(), first.reason(),
            first.why())));
  }

  private Decision heal(PodView pod, WaitingContainer waiting, PodContainer container,
      ImageReference original,
      Trouble trouble, Facts facts) {
    // Without an answer from its registry the original name would fail as well, unless the node has the
    // image.
    boolean hopeless = facts.upstream() == Facts.Upstream.SILENT
        && !(facts.onNode() && !container.pullPolicy().equals(Optional.of("Always")));
    boolean hoping = facts.waited().compareTo(HOPE) < 0;
    String to = original.canonical();
    if (!facts.proxyReady()) {
      return hopeless && facts.cached() && hoping
          ? later("no proxy is Ready on its node, but the image is cached and its registry doesn't answer")
          : new Decision.Heal(waiting, container, to, NO_PROXY, "no proxy is Ready on node " + pod.node());
    }
    return switch (trouble) {
      case NOT_SERVED -> new Decision.Heal(waiting, container, to, NOT_SERVED,
          "the proxy may not have the image, or its registry doesn't know it");
      case INVALID_NAME -> new Decision.Heal(waiting, container, to, INVALID_NAME,
          "the kubelet doesn't take the rewritten name");
      case RATE_LIMITED -> pod.pullSecrets().isEmpty() && hoping
          ? later("its registry limits pulls, and the pod has no pull secret with pulls of its own")
          : new Decision.Heal(waiting, container, to, RATE_LIMITED, "its registry limits the proxy's pulls");
      case NO_ANSWER -> hopeless
          ? later("the proxy is expected back, and the image's registry doesn't answer")
          : new Decision.Heal(waiting, container, to, NO_ANSWER,
              "the proxy of node " + pod.node() + " did not answer");
      case UNKNOWN, NODE -> hopeless
          ? later("neither the cache nor the image's registry gives it at the moment")
          : new Decision.Heal(waiting, container, to, FAILED, "the pull through the proxy failed");
    };
  }

  private Decision back(WaitingContainer waiting, PodContainer container, ImageReference image, Facts facts) {
    if (!facts.proxyReady()) {
      return later("it has its original name, and no proxy is Ready on its node");
    }
    // Until the kubelet has tried the name that it was given, the status tells of the one before.
    String message = waiting.message();
    if (!message.contains(container.image()) || message.contains(names.of(image))) {
      return later("it has its original name, which has not failed yet");
    }
    if (!facts.cached()) {
      return later("it has its original name, and the image isn't cached");
    }
    return new Decision.HealBack(waiting, container, names.of(image),
        "the original name fails, the image is cached, and the node's proxy is Ready");
  }

  private static Decision leave(String why) {
    return new Decision.Leave(why, false);
  }

  private static Decision later(String why) {
    return new Decision.Leave(why, true);
  }
}
