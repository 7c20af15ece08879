package io.kuik.controller.collection;

import com.google.gson.JsonObject;
import io.kuik.controller.ops.ControllerMetrics;
import io.kuik.controller.schedule.Schedule;
import io.kuik.model.CollectionReport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that garbage is collected when it is due or asked for, one collection at a time, and that the
 * registry never stays stopped.
 */
public final class Collector {
  private static final Logger LOG = LoggerFactory.getLogger(Collector.class);
  /** How often it looks while nothing is at work. */
  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final int STEPS = 10;

  private final CollectionStore store;
  private final Settings settings;
  private final BooleanSupplier ready;
  private final InstantSource clock;
  private final Runnable opened;
  private final ControllerMetrics metrics;
  private Instant looked = Instant.EPOCH;
  private volatile boolean atWork;
  private boolean seen;
  private boolean stopped;
  private volatile Optional<String> closed = Optional.of("the controller has only just started");

  /**
   * What the release says of garbage collection.
   *
   * @param obstacle
   *          why none may run
   * @param template
   *          of its Job
   */
  public record Settings(Optional<Schedule> schedule, Optional<String> obstacle, JsonObject template) {
  }

  /** {@code ready} tells whether the registry's pod is; {@code opened} runs when copies may go on. */
  public Collector(CollectionStore store, Settings settings, BooleanSupplier ready, Runnable opened,
      InstantSource clock, ControllerMetrics metrics) {
    this.store = store;
    this.settings = settings;
    this.ready = ready;
    this.opened = opened;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Why no copy may begin; empty if nothing speaks against it. */
  public Optional<String> closed() {
    return closed;
  }

  /** Looks if it is time to; for a thread that comes every second. */
  public void turn() {
    if (closed.isPresent() || !clock.instant().isBefore(looked.plus(IDLE))) {
      try {
        look();
      } catch (RuntimeException e) {
        // Who may not read the StatefulSet can't collect; copies don't need that.
        if (!seen && !atWork) {
          open();
        }
        throw e;
      }
    }
  }

  /** Does nothing any more; another replica is about to. Returns when a look that is under way has ended. */
  public synchronized void stop() {
    stopped = true;
    atWork = false;
  }

  /** Looks, and does what is to be done. */
  public synchronized void look() {
    looked = clock.instant();
    for (int i = 0; i < STEPS && !stopped; i++) {
      Optional<Registry> registry = store.registry();
      seen = true;
      if (registry.isEmpty()) {
        atWork = false;
        open();
        return;
      }
      Action action = Plan.decide(known(registry.get()));
      if (action instanceof Action.Rest || action instanceof Action.Wait) {
        rest(action);
        return;
      }
      act(registry.get(), action);
    }
  }

  private Plan.Known known(Registry registry) {
    boolean active = registry.run().filter(Run::active).isPresent() || registry.wanted().isPresent();
    atWork = active;
    if (active) {
      closed = Optional.of("garbage is being collected"
          + registry.run().map(r -> ": Job " + r.job()).orElse(""));
    }
    return new Plan.Known(registry, active ? store.works() : List.of(), active ? store.copies().size() : 0,
        ready.getAsBoolean(), settings.schedule(), settings.obstacle(), clock.instant());
  }

  private void rest(Action action) {
    if (action instanceof Action.Rest) {
      open();
    } else {
      LOG.debug("garbage collection waits: {}", action);
    }
  }

  private void open() {
    if (closed.isPresent()) {
      closed = Optional.empty();
      opened.run();
    }
  }

  private void act(Registry registry, Action action) {
    switch (action) {
      case Action.Rest rest -> open();
      case Action.Wait wait -> LOG.debug("garbage collection waits: {}", wait.why());
      case Action.Remember remember -> store.annotate(registry,
          Map.of(Registry.SCHEDULE, remember.seen().map(Registry.Seen::text)));
      case Action.Refuse refuse -> refuse(registry, refuse.why());
      case Action.Begin begin -> begin(registry, begin.run());
      case Action.StopCopies stop -> store.copies().forEach(job -> {
        LOG.warn("copy stopped for the garbage collection job={}", job);
        store.delete(job);
      });
      case Action.Start start -> start(registry, start.run());
      case Action.Started started -> store.annotate(registry,
          Map.of(Registry.RUN, Optional.of(started.run().json())));
      case Action.EndWork end -> end(registry, end.run());
      case Action.Restore restore -> restore(registry, restore.replicas());
      case Action.Finish finish -> finish(registry, finish.run(), finish.report());
    }
  }

  private Optional<String> seenNow() {
    return settings.schedule().map(s -> new Registry.Seen(clock.instant(), s.text()).text());
  }

  private void refuse(Registry registry, String why) {
    LOG.warn("garbage collection refused reason=\"{}\"", why);
    var annotations = new HashMap<String, Optional<String>>();
    annotations.put(Registry.REQUEST, Optional.empty());
    annotations.put(Registry.SCHEDULE, seenNow());
    store.annotate(registry, annotations);
    metrics.collectionEnded("Refused", 0);
    store.event(registry, true, "GarbageCollectionRefused", why);
  }

  private void begin(Registry registry, Run run) {
    closed = Optional.of("garbage is about to be collected");
    LOG.info("garbage collection begins job={} trigger=\"{}\"", run.job(), run.trigger());
    var annotations = new HashMap<String, Optional<String>>();
    annotations.put(Registry.RUN, Optional.of(run.json()));
    annotations.put(Registry.REPLICAS, Optional.of(String.valueOf(registry.replicas())));
    annotations.put(Registry.REQUEST, Optional.empty());
    annotations.put(Registry.SCHEDULE, seenNow());
    store.annotate(registry, annotations);
  }

  private void start(Registry registry, Run run) {
    Optional<String> refusal = store.create(Work.manifest(settings.template(), run.job()));
    if (refusal.isPresent()) {
      // Another try would get the same answer, and copies wait meanwhile.
      finish(registry, run.over(false, "not begun: the API server refused its Job: " + refusal.get()
          + ". Allow it, then ask again: kubectl annotate --overwrite statefulset " + registry.name() + " "
          + Registry.REQUEST + "=now", clock.instant()), Optional.empty());
      return;
    }
    LOG.info("garbage collection started job={}", run.job());
    store.event(registry, false, "GarbageCollectionStarted", "Job " + run.job() + ": " + run.trigger());
  }

  private void end(Registry registry, Run run) {
    LOG.warn("garbage collection is ended job={} reason=\"{}\"", run.job(), run.message());
    store.annotate(registry, Map.of(Registry.RUN, Optional.of(run.json())));
    store.delete(run.job());
  }

  private void restore(Registry registry, int replicas) {
    store.scale(registry, replicas);
    LOG.warn("registry restored replicas={} reason=\"no garbage collection is at work\"", replicas);
    store.event(registry, true, "RegistryRestored",
        "scaled back to " + replicas + ": it was stopped, and no garbage collection is at work");
  }

  private void finish(Registry registry, Run run, Optional<CollectionReport> report) {
    var annotations = new HashMap<String, Optional<String>>();
    annotations.put(Registry.RUN, Optional.of(run.json()));
    annotations.put(Registry.REPLICAS, Optional.empty());
    annotations.put(Registry.SCHEDULE, seenNow());
    store.annotate(registry, annotations);
    boolean succeeded = run.state() == Run.State.SUCCEEDED;
    LOG.info("garbage collection ended job={} state={} message=\"{}\"", run.job(), run.state().word(),
        run.message());
    metrics.collectionEnded(run.state().word(), report.map(CollectionReport::reclaimed).orElse(0L));
    store.event(registry, !succeeded, succeeded ? "GarbageCollectionSucceeded" : "GarbageCollectionFailed",
        "Job " + run.job() + ": " + run.message());
  }

  /** Whether a collection is at work, as far as this replica leads it. */
  public boolean atWork() {
    return atWork;
  }
}
