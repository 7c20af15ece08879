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
    Optional<Duration> again = act(resources, known, plan, running);
    report(known, plan);
    return again;
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

  private Optional<Duration> act(List<CachedImage> resources, ImagePlan.Known known, ImagePlan plan,
      boolean running) {
    CachedImage resource = resources.getFirst();
    String key = resource.key();
    CachedImage.Status status = running ? plan.status() : withoutSecret(plan.status());
    Optional<UpstreamBudgets.Pause> pause = plan.copy() ? copies.pause(resource) : Optional.empty();
    boolean starts = plan.copy() && pause.isEmpty();
    write(resource, starts ? copies.copy(known, plan, status) : paused(status, pause, known.now()));
    // Last, so that the log never shows a copy start before the one that made room for it has ended.
    boolean idle = !starts && !running;
    if (idle) {
      copies.release(key);
    }
    resources.stream().skip(1).forEach(twin -> write(twin,
        (idle ? withoutSecret(twin.status()) : twin.status()).duplicate(resource.name(), known.now())));
    return switch (plan.step()) {
      case COPY -> starts
          ? Optional.of(RECHECK)
          : pause.map(p -> Duration.between(known.now(), p.until()));
      case ASK -> soonest(ask(resource, status, known.now()), plan.again());
      case LEAVE -> departures.leave(key, resources) ? Optional.empty() : Optional.of(Duration.ZERO);
      case REST -> plan.again();
    };
  }

  private static Optional<Duration> soonest(Optional<Duration> a, Optional<Duration> b) {
    return a.isEmpty() || (b.isPresent() && b.get().compareTo(a.get()) < 0) ? b : a;
  }

  private static CachedImage.Status paused(CachedImage.Status status, Optional<UpstreamBudgets.Pause> pause,
      Instant now) {
    return pause.map(p -> ImagePlan.waiting(status, p.why(), now)).orElse(status);
  }

  /** Has the image's registry asked, unless somebody needs it more; returns when to try again. */
  private Optional<Duration> ask(CachedImage resource, CachedImage.Status status, Instant now) {
    boolean requested = Refresh.requested(resource, status);
    if (!requested && slots.firstCopiesWait()) {
      return Optional.of(FIRST_COPIES);
    }
    Optional<UpstreamBudgets.Pause> pause = copies.pause(resource);
    if (pause.isPresent()) {
      return pause.map(p -> Duration.between(now, p.until()));
    }
    news.ask(questions.of(resource, status, () -> usage.pods(resource.key())));
    return Optional.of(RECHECK);
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
          plan.note().map(ImagePlan.Note::message).orElse(""));
    });
    known.heard().ifPresent(answer -> heard(resource, answer));
    if (known.cache().presence() == Presence.ABSENT) {
      metrics.imageLost();
      LOG.warn("cached image lost image={}: the cache registry has no tag for it any more", resource.key());
    }
    plan.note().ifPresent(note -> store.event(resource, note));
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
