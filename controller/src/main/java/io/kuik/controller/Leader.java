package io.kuik.controller;

import io.kuik.controller.cache.CacheRegistry;
import io.kuik.controller.cluster.Cluster;
import io.kuik.controller.cluster.ImageResources;
import io.kuik.controller.cluster.ReconcileQueue;
import io.kuik.controller.config.ControllerConfig;
import io.kuik.controller.credential.RegistryLogins;
import io.kuik.controller.credential.RegistryPasswords;
import io.kuik.controller.image.CachedImage;
import io.kuik.controller.image.CopyJob;
import io.kuik.controller.image.CopySlots;
import io.kuik.controller.image.ImageReconciler;
import io.kuik.controller.image.ImageUsage;
import io.kuik.controller.label.PodLabeller;
import io.kuik.controller.ops.Clockwork;
import io.kuik.controller.ops.ControllerMetrics;
import io.kuik.controller.pod.PodView;
import io.kuik.controller.pullsecret.PullSecrets;
import io.kuik.controller.rewrite.ImageRules;
import io.kuik.controller.upstream.UpstreamBudgets;
import io.kuik.model.ImageReference;
import io.kuik.model.Platform;
import io.kuik.model.PullBudget;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistryResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What only the leading replica does: CachedImages, copy Jobs, passwords, labels of pods from before. */
final class Leader {
  private static final Logger LOG = LoggerFactory.getLogger(Leader.class);
  private static final int RECONCILERS = 4;
  private static final Duration LOGINS = Duration.ofMinutes(1);
  private static final Duration SYNC_POLL = Duration.ofMillis(50);
  private static final Duration SWEEP = Duration.ofMinutes(10);

  private final Cluster cluster;
  private final ImageUsage usage;
  private final ReconcileQueue queue = new ReconcileQueue(InstantSource.system());
  private final RegistryLogins logins;
  private final ImageResources resources;
  private final CopySlots slots;
  private final ImageReconciler reconciler;
  private final PodLabeller labeller;
  private final ControllerMetrics metrics;

  Leader(ControllerConfig config, Cluster cluster, ImageResources resources, RegistryClient registries,
      ImageRules rules,
      CopyJob jobs, ControllerMetrics metrics) {
    this.cluster = cluster;
    this.metrics = metrics;
    this.usage = new ImageUsage(rules);
    this.logins = new RegistryLogins(cluster, config.fullname(),
        Map.of("app.kubernetes.io/name", "kube-image-keeper",
            "app.kubernetes.io/instance", config.instance()),
        new RegistryPasswords(new SecureRandom()));
    var cache = new CacheRegistry(registries, config.registry(), logins::writer);
    List<Platform> fixed = config.platforms();
    var surroundings = new ImageReconciler.Surroundings(cluster::registryIncarnation,
        () -> fixed.isEmpty() ? cluster.platforms() : fixed, cache::presence,
        new PullSecrets(cluster.secretStore(), cluster.pods()::find), InstantSource.system());
    this.resources = resources;
    this.slots = new CopySlots(config.maxConcurrentCopies());
    var budgets = new UpstreamBudgets(config.pullReservePercent() / 100.0, i -> budget(registries, i),
        InstantSource.system());
    metrics.watchPauses(budgets::paused);
    this.reconciler = new ImageReconciler(resources, usage, surroundings, jobs,
        slots, budgets, queue::add, metrics);
    this.labeller = new PodLabeller(cluster, config.filter(), rules);
  }

  /** Begins to lead, and never ends: a leader that loses its lease ends with its process. */
  void lead() {
    metrics.leading();
    listen();
    cluster.startLeading();
    // The registry and the proxies wait for these Secrets.
    Clockwork.every(LOGINS, "registry passwords", logins::ensure);
    awaitSync();
    // What the leader before us started counts, or for a moment twice as many copies would run.
    resources.beingCopied().forEach(slots::hold);
    queue.work(RECONCILERS, reconciler::reconcile);
    Clockwork.every(SWEEP, "labels of pods from before", labeller::sweep);
  }

  private static Optional<PullBudget> budget(RegistryClient registries, ImageReference image) {
    try (RegistryResponse answer = registries.send(registries.manifestRequest(image, "HEAD"))) {
      return answer.budget();
    } catch (RegistryException e) {
      LOG.debug("no word on pulls left registry={} reason=\"{}\"", image.registry(), e.getMessage());
      return Optional.empty();
    }
  }

  private void listen() {
    cluster.pods().onChange((before, after) -> changed(before, after).forEach(queue::add));
    cluster.images().onChange((before, after) -> {
      before.map(CachedImage::key).ifPresent(queue::add);
      after.map(CachedImage::key).ifPresent(queue::add);
    });
    cluster.onCopyChange(queue::add);
    cluster.onSurroundingsChange(this::enqueueAll);
    enqueueAll();
  }

  private Set<String> changed(Optional<PodView> before, Optional<PodView> after) {
    return after.map(usage::update).or(() -> before.map(usage::remove)).orElse(Set.of());
  }

  private void enqueueAll() {
    cluster.images().all().forEach(i -> queue.add(i.key()));
  }

  private void awaitSync() {
    try {
      while (!cluster.leaderSynced()) {
        Thread.sleep(SYNC_POLL);
      }
      LOG.info("leading images={} pods={}", cluster.images().all().size(), cluster.pods().all().size());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What only a restart can mend; empty on a replica that doesn't lead. */
  Optional<String> unhealthy() {
    return queue.stuck() ? Optional.of("images wait to be looked at, and nobody does") : Optional.empty();
  }
}
