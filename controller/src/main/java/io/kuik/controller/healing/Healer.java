package io.kuik.controller.healing;

import io.kuik.controller.ops.ControllerMetrics;
import io.kuik.controller.pod.PodContainer;
import io.kuik.controller.pod.PodView;
import io.kuik.controller.pod.WaitingContainer;
import io.kuik.controller.rewrite.Untouched;
import io.kuik.controller.servable.UpstreamProbe;
import io.kuik.model.ImageReference;
import io.kuik.model.RewrittenName;
import io.kuik.model.ShortMemory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at pods that wait for an image, and gives them the original one where that helps. */
public final class Healer {
  private static final Logger LOG = LoggerFactory.getLogger(Healer.class);
  /** When to look again at a pod that was left as it is. */
  private static final Duration AGAIN = Duration.ofSeconds(3);
  /** What one question to a registry may take. */
  private static final Duration ASK = Duration.ofSeconds(1);
  /** More than until the next token, so that pods by the hundred don't look for it all the time. */
  private static final Duration TURN = Duration.ofMillis(500);
  /** How long a node's list of images is believed; the kubelet itself renews it every few minutes. */
  private static final Duration REMEMBERED = Duration.ofSeconds(30);
  private static final int NODES = 1000;
  private static final Set<String> SILENT = Set.of("UpstreamUnavailable", "UpstreamBusy",
      "UpstreamRateLimited", "ProbeFailed");

  private final HealingStore store;
  private final HealingRules rules;
  private final HealingBudget budget;
  private final Predicate<ImageReference> cached;
  private final UpstreamProbe probe;
  private final ControllerMetrics metrics;
  private final InstantSource clock;
  private final ShortMemory<String, Set<String>> images;
  private final Map<String, Instant> since = new ConcurrentHashMap<>();

  /**
   * Wires what is asked, and what is told.
   *
   * @param cached
   *          whether the cache is known to have an image for everybody
   * @param perMinute
   *          how many pods may be healed in a minute
   */
  public Healer(HealingStore store, RewrittenName names, int perMinute, Predicate<ImageReference> cached,
      UpstreamProbe probe, ControllerMetrics metrics, InstantSource clock) {
    this.store = store;
    this.rules = new HealingRules(names);
    this.budget = new HealingBudget(perMinute, clock);
    this.cached = cached;
    this.probe = probe;
    this.metrics = metrics;
    this.clock = clock;
    this.images = new ShortMemory<>(NODES, clock);
  }

  /** Whether a pod that changed is to be looked at: it waits, or did until now. */
  public boolean concerns(PodView pod) {
    return !pod.waiting().isEmpty() || since.containsKey(pod.key());
  }

  /** Looks at a pod; returns when to do so again. */
  public Optional<Duration> look(String key) {
    Optional<PodView> pod = store.pod(key).filter(p -> !p.waiting().isEmpty());
    if (pod.isEmpty()) {
      since.remove(key);
      return Optional.empty();
    }
    Duration waited = Duration.between(since.computeIfAbsent(key, k -> clock.instant()), clock.instant());
    var changes = new ArrayList<Decision.Change>();
    boolean again = false;
    for (WaitingContainer waiting : waiting(pod.get(), false)) {
      switch (decide(pod.get(), waiting, waited)) {
        case Decision.Change change -> changes.add(change);
        case Decision.Leave leave -> {
          again |= leave.lookAgain();
          LOG.debug("waiting container left as it is pod={} container={} why=\"{}\"", key, waiting.name(),
              leave.why());
        }
      }
    }
    if (!changes.isEmpty()) {
      for (WaitingContainer later : waiting(pod.get(), true)) {
        along(pod.get(), later, waited, changes.getFirst()).ifPresent(changes::add);
      }
      return act(pod.get(), changes);
    }
    return again ? Optional.of(AGAIN) : Optional.empty();
  }

  private static List<WaitingContainer> waiting(PodView pod, boolean notBegun) {
    return pod.waiting().stream().filter(w -> w.notBegun() == notBegun).toList();
  }

  private Optional<Decision.Change> along(PodView pod, WaitingContainer waiting, Duration waited,
      Decision.Change first) {
    return pod.container(waiting.name(), waiting.init()).flatMap(c -> rules.healable(pod, c))
        .flatMap(i -> rules.along(pod, waiting, healable(pod, i, waited), first));
  }

  private Decision decide(PodView pod, WaitingContainer waiting, Duration waited) {
    Optional<PodContainer> container = pod.container(waiting.name(), waiting.init());
    Facts facts = container.flatMap(c -> rules.healable(pod, c)).map(i -> healable(pod, i, waited))
        .or(() -> container.flatMap(c -> rules.returnable(pod, c)).map(i -> returnable(pod, i, waited)))
        .orElseGet(() -> new Facts(false, false, Facts.Upstream.UNCLEAR, false, waited));
    return rules.decide(pod, waiting, facts);
  }

  private Facts healable(PodView pod, ImageReference image, Duration waited) {
    Facts.Upstream upstream = upstream(image);
    // The node is asked only where it matters: its status is long.
    boolean onNode = upstream == Facts.Upstream.SILENT && imagesOn(pod.node()).contains(image.canonical());
    return new Facts(store.proxyReady(pod.node()), cached.test(image), upstream, onNode, waited);
  }

  private Set<String> imagesOn(String node) {
    return images.find(node).orElseGet(() -> {
      Set<String> found = store.imagesOn(node);
      images.keep(node, found, REMEMBERED);
      return found;
    });
  }

  /** A registry that refused the original name is not asked time and again. */
  private Facts returnable(PodView pod, ImageReference image, Duration waited) {
    return new Facts(store.proxyReady(pod.node()), cached.test(image), Facts.Upstream.UNCLEAR, false, waited);
  }

  private Facts.Upstream upstream(ImageReference image) {
    Optional<String> obstacle = probe.obstacle(image, clock.instant().plus(ASK)).map(Untouched::reason);
    if (obstacle.isEmpty()) {
      return Facts.Upstream.GIVES;
    }
    return SILENT.contains(obstacle.get()) ? Facts.Upstream.SILENT : Facts.Upstream.UNCLEAR;
  }

  private Optional<Duration> act(PodView pod, List<Decision.Change> changes) {
    Optional<Duration> wait = budget.take(pod.namespace());
    if (wait.isPresent()) {
      LOG.debug("pod waits for its turn to be healed: pod={} ms={}", pod.key(), wait.get().toMillis());
      return wait.map(w -> w.plus(TURN));
    }
    if (!patched(pod, changes)) {
      budget.giveBack(pod.namespace());
      return Optional.of(AGAIN);
    }
    for (Decision.Change change : changes) {
      metrics.healed(change.reason());
      LOG.info("image healed pod={} container={} image={} name={} reason={} why=\"{}\"", pod.key(),
          change.container().name(), change.container().image(), change.image(), change.reason(),
          change.why());
      tell(pod, change);
    }
    return Optional.of(AGAIN);
  }

  /** A patch that the API server refuses, or can't take now, heals nobody, so others may have its turn. */
  private boolean patched(PodView pod, List<Decision.Change> changes) {
    try {
      return store.patch(pod, HealingPatch.of(pod, changes));
    } catch (RuntimeException e) {
      budget.giveBack(pod.namespace());
      throw e;
    }
  }

  private void tell(PodView pod, Decision.Change change) {
    boolean there = change instanceof Decision.Heal;
    String container = change.container().name();
    store.event(pod, "spec." + (change.container().init() ? "initContainers" : "containers") + "{" + container
        + "}", there, there ? "ImageHealed" : "ImageHealedBack",
        "Image of container " + container + " is now " + change.image() + " instead of "
            + change.container().image() + ": " + change.why());
  }
}
