package io.kuik.controller.image;

import io.kuik.controller.cache.Presence;
import io.kuik.controller.ops.ControllerMetrics;
import io.kuik.controller.upstream.UpstreamBudgets;
import io.kuik.controller.upstream.UpstreamNews;
import io.kuik.model.CopyOutcome;
import io.kuik.model.ImageReference;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one image's CachedImage and copy Job to what its pods and the cache demand. Level-based: it may run
 * at any time.
 */
public final class ImageReconciler {
  private static final Logger LOG = LoggerFactory.getLogger(ImageReconciler.class);

  /** The API server knows of a change that we don't know of yet: its watch will have told us by then. */
  private static final Duration TOLD = Duration.ofSeconds(1);
  /** A Job whose changes nobody told us of must not keep its image waiting for ever. */
  private static final Duration RECHECK = Duration.ofMinutes(1);
  /** Questions about images that are cached come after those that are not. */
  private static final Duration FIRST_COPIES = Duration.ofSeconds(30);
  private static final Duration NO_HURRY = Duration.ofMinutes(10);

  private final ImageStore store;
  private final ImageUsage usage;
  private final Lookout lookout;
  private final CopyStart copies;
  private final CopySlots slots;
  private final UpstreamBudgets budgets;
  private final UpstreamNews news;
  private final RefreshQuestion questions;
  private final Departures departures;
  private final ControllerMetrics metrics;

  /**
   * What came of acting.
   *
   * @param again
   *          when to look again, at the latest
   * @param failure
   *          that is told in the status, and to be thrown
   */
  private record Acted(Optional<Duration> again, Optional<RuntimeException> failure) {
  }

  /** Wires what it looks at and what it acts on; {@code enqueue} has another image looked at. */
  public ImageReconciler(ImageStore store, ImageUsage usage, Surroundings surroundings, CopyJob jobs,
      CopySlots slots, UpstreamBudgets budgets, RefreshQuestion questions, Departures departures,
      Consumer<String> enqueue, ControllerMetrics metrics) {
    this.store = store;
    this.usage = usage;
    this.lookout = new Lookout(store, usage, surroundings);
    this.copies = new CopyStart(store, usage, surroundings.pullSecrets(), jobs, slots, budgets, enqueue,
        this::write);
    this.slots = slots;
    this.budgets = budgets;
    this.news = surroundings.news();
    this.questions = questions;
    this.departures = departures;
    this.metrics = metrics;
  }

  /**
   * Looks at the image with this {@link CachedImage#key}; returns when it must be looked at again, at the
   * latest.
   */
  public Optional<Duration> reconcile(String key) {
    List<CachedImage> resources = store.find(key);
    if (resources.stream().anyMatch(r -> r.stated().stuck().isPresent())) {
      return release(resources);
    }
    if (resources.isEmpty()) {
      copies.release(key);
      lookout.forget(key);
      return usage.users(key).count() > 0 ? create(key) : departures.look(key);
    }
    departures.back(key);
    ImagePlan.Known known = lookout.observe(resources);
    boolean running = known.progress() instanceof CopyProgress.Running;
    if (running) {
      slots.hold(key);
    }
    ImagePlan plan = ImagePlan.decide(known);
    // Before its slot is given to the next, for it bears on who that is.
    plan.ended().ifPresent(outcome -> copies.ended(key, outcome));
    Acted acted = act(resources, known, plan, running);
    report(known, plan);
    acted.failure().ifPresent(failure -> {
      throw failure;
    });
    return acted.again();
  }

  /** Those that are being deleted are let go first: whatever is decided is decided without them. */
  private Optional<Duration> release(List<CachedImage> resources) {
    for (CachedImage resource : resources) {
      if (resource.stated().stuck().isPresent() && store.release(resource)) {
        LOG.info("finalizer of version 1 taken off name={} image={}", resource.name(), resource.key());
      }
    }
    return Optional.of(TOLD);
  }

  private Acted act(List<CachedImage> resources, ImagePlan.Known known, ImagePlan plan,
      boolean running) {
    CachedImage resource = resources.getFirst();
    String key = resource.key();
    CachedImage.Status status = running ? plan.status() : withoutSecret(plan.status());
    Optional<UpstreamBudgets.Pause> pause = plan.copy() ? copies.pause(resource) : Optional.empty();
    boolean starts = plan.copy() && pause.isEmpty();
    CopyStart.Started started = starts
        ? copies.copy(known, plan, status)
        : CopyStart.Started.of(paused(status, pause, known.now()));
    write(resource, started.status());
    // Last, so that the log never shows a copy start before the one that made room for it has ended.
    boolean idle = !starts && !running;
    if (idle) {
      copies.release(key);
    }
    resources.stream().skip(1).forEach(twin -> write(twin,
        (idle ? withoutSecret(twin.status()) : twin.status()).duplicate(resource.name(), known.now())));
    Optional<Duration> again = switch (plan.step()) {
      case COPY -> starts
          ? Optional.of(RECHECK)
          : pause.map(p -> Duration.between(known.now(), p.until()));
      case ASK -> soonest(ask(known, status), plan.again());
      case LEAVE -> departures.leave(key, resources) ? Optional.empty() : Optional.of(Duration.ZERO);
      case REST -> plan.again();
    };
    return new Acted(again, started.failure());
  }

  private static Optional<Duration> soonest(Optional<Duration> a, Optional<Duration> b) {
    return a.isEmpty() || (b.isPresent() && b.get().compareTo(a.get()) < 0) ? b : a;
  }

  private static CachedImage.Status paused(CachedImage.Status status, Optional<UpstreamBudgets.Pause> pause,
      Instant now) {
    return pause.map(p -> Waiting.because(status, p.why(), now)).orElse(status);
  }

  /** Has the image's registry asked, unless somebody needs it more; returns when to try again. */
  private Optional<Duration> ask(ImagePlan.Known known, CachedImage.Status status) {
    CachedImage resource = known.resource();
    boolean requested = Refresh.requested(resource, status);
    boolean glance = known.rules().refresh().glance(resource, status);
    if (!requested && slots.firstCopiesWait()) {
      return Optional.of(glance ? NO_HURRY : FIRST_COPIES);
    }
    Optional<UpstreamBudgets.Pause> pause = copies.pause(resource);
    if (pause.isPresent()) {
      return pause.map(p -> Duration.between(known.now(), p.until()));
    }
    return Optional.of(news.ask(glance
        ? questions.presence(resource, status, () -> usage.pods(resource.key()))
        : questions.of(resource, status, () -> usage.pods(resource.key()))));
  }

  private Optional<Duration> create(String key) {
    ImageReference image = ImageReference.parse(key);
    String name = ImageNames.resource(image, n -> takenByAnother(n, key));
    if (!store.create(CachedImage.manifest(name, image))) {
      return Optional.of(TOLD);
    }
    LOG.info("cached image created name={} image={}", name, key);
    return Optional.empty();
  }

  private boolean takenByAnother(String name, String key) {
    return store.named(name).filter(i -> !i.key().equals(key)).isPresent();
  }

  /** No Job needs it any more, be it that it ended while nobody led. */
  private CachedImage.Status withoutSecret(CachedImage.Status status) {
    if (status.jobSecret().isEmpty()) {
      return status;
    }
    store.deleteSecret(status.jobSecret());
    return status.withPullSecrets(status.pullSecrets(), "");
  }

  private void write(CachedImage resource, CachedImage.Status status) {
    if (!status.equals(resource.status())) {
      store.patchStatus(resource.name(), CachedImage.statusPatch(status, resource.generation()));
    }
  }

  private void report(ImagePlan.Known known, ImagePlan plan) {
    CachedImage resource = known.resource();
    plan.ended().ifPresent(outcome -> {
      learn(known);
      metrics.copyEnded(outcome);
      LOG.info("copy ended image={} outcome={} message=\"{}\"", resource.key(), outcome.reason(),
          plan.notes().getLast().message());
    });
    known.heard().ifPresent(answer -> heard(resource, answer));
    if (known.cache().presence() == Presence.ABSENT) {
      metrics.imageLost();
      LOG.warn("cached image lost image={}: the cache registry has no tag for it any more", resource.key());
    }
    plan.notes().forEach(note -> store.event(resource, note));
  }

  private void heard(CachedImage resource, UpstreamNews.Answer answer) {
    switch (answer) {
      case UpstreamNews.Digest d -> {
        boolean changed = !d.digest().equals(resource.status().digest());
        metrics.refreshed(changed ? "Changed" : "Unchanged");
        if (changed) {
          LOG.info("image changed upstream image={} cached={} upstream={}", resource.key(),
              resource.status().digest(), d.digest());
        }
      }
      case UpstreamNews.Present p -> metrics.refreshed("Available");
      case UpstreamNews.Failure f -> {
        metrics.refreshed(f.outcome().reason());
        if (f.outcome() == CopyOutcome.RATE_LIMITED) {
          resource.image().ifPresent(i -> budgets.limited(i.registry(), f.retryAfter()));
        }
      }
    }
  }

  private void learn(ImagePlan.Known known) {
    if (known.progress() instanceof CopyProgress.Ended ended) {
      known.resource().image()
          .ifPresent(i -> budgets.learn(i.registry(), ended.outcome(), ended.report()));
    }
  }
}
