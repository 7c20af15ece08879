package io.kuik.controller;

import com.google.gson.JsonObject;
import io.kuik.controller.arming.ArmingStore;
import io.kuik.controller.arming.Canaries;
import io.kuik.controller.arming.Doubts;
import io.kuik.controller.cache.CacheCheck;
import io.kuik.controller.cache.CacheRegistry;
import io.kuik.controller.cluster.Cluster;
import io.kuik.controller.cluster.ImageResources;
import io.kuik.controller.cluster.ReconcileQueue;
import io.kuik.controller.collection.Collector;
import io.kuik.controller.config.ControllerConfig;
import io.kuik.controller.config.LifeConfig;
import io.kuik.controller.credential.RegistryLogins;
import io.kuik.controller.credential.RegistryPasswords;
import io.kuik.controller.healing.Healer;
import io.kuik.controller.image.CopyJob;
import io.kuik.controller.image.CopySlots;
import io.kuik.controller.image.Departures;
import io.kuik.controller.image.Expiry;
import io.kuik.controller.image.ImagePlan;
import io.kuik.controller.image.ImageReconciler;
import io.kuik.controller.image.ImageUsage;
import io.kuik.controller.image.Refresh;
import io.kuik.controller.image.RefreshQuestion;
import io.kuik.controller.image.Surroundings;
import io.kuik.controller.label.PodLabeller;
import io.kuik.controller.ops.Clockwork;
import io.kuik.controller.ops.ControllerMetrics;
import io.kuik.controller.pullsecret.PullSecrets;
import io.kuik.controller.rewrite.ImageRules;
import io.kuik.controller.schedule.Alarm;
import io.kuik.controller.schedule.Schedule;
import io.kuik.controller.servable.UpstreamProbe;
import io.kuik.controller.upstream.UpstreamBudgets;
import io.kuik.controller.upstream.UpstreamDigest;
import io.kuik.controller.upstream.UpstreamHead;
import io.kuik.controller.upstream.UpstreamNews;
import io.kuik.model.Platform;
import io.kuik.model.RewrittenName;
import io.kuik.registry.RegistryClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What only the leading replica does: CachedImages, copy Jobs, passwords, labels of pods from before. */
final class Leader {
  private static final Logger LOG = LoggerFactory.getLogger(Leader.class);
  /** Pods are healed when something has just gone: what was true a minute ago is no word for it. */
  private static final Duration BELIEVED = Duration.ofSeconds(5);
  private static final Duration LOGINS = Duration.ofMinutes(1);
  private static final Duration SYNC_POLL = Duration.ofMillis(50);
  /** A leader that knows nothing does nothing, and its lease keeps the others from leading. */
  private static final Duration SYNC = Duration.ofMinutes(2);
  private static final Duration LAST_TURNS = Duration.ofSeconds(5);
  private static final Duration SWEEP = Duration.ofMinutes(10);

  /** Until the watch has told of the last pod that was labelled. */
  private static final Duration LABELLED = Duration.ofSeconds(10);
  private static final Duration COLLECTION = Duration.ofSeconds(1);
  /** New nodes are to be proven in a few seconds. */
  private static final Duration CANARIES = Duration.ofMillis(250);
  private static final int LOOKS_PER_SECOND = 50;

  private final Cluster cluster;
  private final RegistryLogins logins;
  private final ImageResources resources;
  private final CopySlots slots;
  private final ImageQueue queue;
  private final ImageReconciler reconciler;
  private final CacheCare care;
  private final PodLabeller labeller;
  private final Doubts doubts;
  private final Canaries canaries;
  private final ControllerMetrics metrics;
  private final Optional<PodHealing> healing;
  private final Optional<Schedule> schedule;
  private final Collector collector;
  private final Clockwork chores = new Clockwork();
  private volatile Instant usersKnown = Instant.MAX;

  /** What can be done to the cluster's objects. */
  record Resources(ImageResources images, ArmingStore arming) {
  }

  /** What Jobs are made from: copies, and the template of garbage collections. */
  record Jobs(CopyJob copies, JsonObject collection) {
  }

  Leader(ControllerConfig config, Cluster cluster, Resources own, RegistryClient registries,
      ImageRules rules,
      Jobs jobs, ControllerMetrics metrics) {
    InstantSource clock = InstantSource.system();
    this.cluster = cluster;
    this.metrics = metrics;
    this.resources = own.images();
    this.logins = new RegistryLogins(cluster.own(), config.fullname(),
        config.labels(), new RegistryPasswords(new SecureRandom()));
    var tags = new CacheRegistry(registries, config.registry(), logins::writer);
    var check = new CacheCheck(LOOKS_PER_SECOND, clock);
    var pullSecrets = new PullSecrets(cluster.secretStore(), cluster.pods()::find);
    this.slots = new CopySlots(config.maxConcurrentCopies());
    var upstream = new UpstreamHead(registries);
    var budgets = new UpstreamBudgets(config.pullReservePercent() / 100.0, upstream::budget, clock);
    metrics.watchPauses(budgets::paused);
    var digests = new UpstreamDigest(registries);
    var usage = new ImageUsage(rules, clock);
    var departures = new Departures(resources, usage, tags, metrics, clock);
    var turns = new ReconcileQueue(clock, metrics::waited);
    this.queue = new ImageQueue(cluster, usage, departures, turns);
    this.reconciler = new ImageReconciler(resources, usage,
        surroundings(config, tags, check, pullSecrets, turns::add, clock), jobs.copies(), slots, budgets,
        new RefreshQuestion(pullSecrets, digests::of, digests::found), departures, turns::add, metrics);
    this.care = new CacheCare(config.life(), new CacheCare.Sight(cluster::leaderSynced,
        () -> cluster.registryIncarnation().isPresent(), resources::all, resources::beingCopied, usage::used),
        tags, check, queue::addAll, new OrphanConfigMap(config, cluster.own()), metrics::orphansDeleted);
    this.doubts = new Doubts(config.proxyPort(), metrics::doubted);
    this.canaries = new Canaries(own.arming(), doubts, new Canaries.Settings(config.namespace(),
        config.instance(), config.fullname(), config.proxyPort(), config.healingsPerMinute() > 0), clock);
    this.labeller = new PodLabeller(cluster, config.filter(), rules);
    this.healing = Optional.of(config.healingsPerMinute()).filter(n -> n > 0)
        .map(n -> healing(config, upstream, clock));
    this.schedule = config.garbage().schedule();
    this.collector = new Collector(cluster.collections(config.fullname() + "-registry", resources),
        new Collector.Settings(schedule, config.garbage().obstacle(), jobs.collection()),
        () -> cluster.registryIncarnation().isPresent(), care::check, clock, metrics);
    budgets.closedWhile(collector::closed);
    metrics.watchCollection(collector::atWork);
  }

  private PodHealing healing(ControllerConfig config, UpstreamHead upstream, InstantSource clock) {
    var probe = new UpstreamProbe(upstream::available, clock, BELIEVED);
    return new PodHealing(cluster, new Healer(cluster.healingStore(), new RewrittenName(config.proxyPort()),
        config.healingsPerMinute(), i -> resources.cachedForAll(i, cluster.registryIncarnation()), probe,
        metrics, clock), clock);
  }

  private Surroundings surroundings(ControllerConfig config, CacheRegistry tags, CacheCheck check,
      PullSecrets pullSecrets, Consumer<String> answered, InstantSource clock) {
    List<Platform> fixed = config.platforms();
    LifeConfig life = config.life();
    var rules = new ImagePlan.Rules(new Expiry(life.expiryDelay()),
        new Refresh(life.refreshTags(), life.refreshInterval(), life.availabilityInterval()));
    var news = new UpstreamNews(task -> Thread.ofVirtual().name("refresh").start(task), Thread::sleep,
        answered, clock);
    return new Surroundings(rules, cluster::registryIncarnation,
        () -> fixed.isEmpty() ? cluster.platforms() : fixed, () -> clock.instant().isAfter(usersKnown), tags,
        check, pullSecrets, news, clock);
  }

  /** Begins to lead, and never ends: a leader that loses its lease ends with its process. */
  void lead() {
    metrics.leading(true);
    queue.listen();
    cluster.pods().onChange((before, after) -> after.ifPresent(a -> doubts.hear(before, a)));
    healing.ifPresent(PodHealing::listen);
    cluster.startLeading();
    chores.every(CANARIES, "canaries", canaries::turn);
    // The registry and the proxies wait for these Secrets.
    chores.every(LOGINS, "registry passwords", logins::ensure);
    awaitSync();
    // What the leader before us started counts, or for a moment twice as many copies would run.
    resources.beingCopied().forEach(slots::hold);
    collectGarbage();
    queue.work(reconciler::reconcile);
    healing.ifPresent(PodHealing::work);
    chores.every(SWEEP, "labels of pods from before", this::label);
    care.start(chores::every);
  }

  /**
   * Looks before the first copy may start: a collection that a leader before us began may be at work. Every
   * second, because a registry that was stopped is to be missed no longer than it must.
   */
  private void collectGarbage() {
    chores.every(COLLECTION, "garbage collection", collector::turn);
    schedule.ifPresent(s -> Alarm.set(s, collector::look));
  }

  /** Pods that nobody labelled yet use images, too: none leaves before they were looked for. */
  private void label() {
    labeller.sweep();
    if (usersKnown.equals(Instant.MAX)) {
      usersKnown = InstantSource.system().instant().plus(LABELLED);
    }
  }

  private void awaitSync() {
    try {
      Instant end = Instant.now().plus(SYNC);
      while (!cluster.leaderSynced()) {
        if (Instant.now().isAfter(end)) {
          throw new IllegalStateException(
              "the cluster's pods, nodes, Jobs and CachedImages could not be listed"
                  + " within " + SYNC.toSeconds()
                  + " s; the log says above which of them was refused, and why");
        }
        Thread.sleep(SYNC_POLL);
      }
      LOG.info("leading images={} pods={}", cluster.images().all().size(), cluster.pods().all().size());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Leads no more: another replica is about to. */
  void stop() throws InterruptedException {
    collector.stop();
    queue.stop(LAST_TURNS);
    if (healing.isPresent()) {
      healing.get().stop(LAST_TURNS);
    }
    chores.stop(LAST_TURNS);
    metrics.leading(false);
  }

  /** What only a restart can mend; empty on a replica that doesn't lead. */
  Optional<String> unhealthy() {
    return queue.stuck() || healing.filter(PodHealing::stuck).isPresent()
        ? Optional.of("images or pods wait to be looked at, and nobody does")
        : Optional.empty();
  }
}
