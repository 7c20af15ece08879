package io.kuik.controller.image;

import com.google.gson.JsonObject;
import io.kuik.controller.ops.ControllerMetrics;
import io.kuik.controller.pullsecret.ObjectName;
import io.kuik.controller.pullsecret.PullSecrets;
import io.kuik.controller.upstream.UpstreamBudgets;
import io.kuik.model.CacheLocation;
import io.kuik.model.ImageReference;
import io.kuik.model.Platform;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one image's CachedImage and copy Job to what its pods and the cache demand. Level-based: it may run
 * at any time.
 */
public final class ImageReconciler {
  private static final Logger LOG = LoggerFactory.getLogger(ImageReconciler.class);

  /** The API server knows a name that we don't yet: its watch will have told us by then. */
  private static final Duration NAME_RETRY = Duration.ofSeconds(1);
  /** A Job whose changes nobody told us of must not keep its image waiting for ever. */
  private static final Duration RECHECK = Duration.ofMinutes(1);

  private final ImageStore store;
  private final ImageUsage usage;
  private final Surroundings surroundings;
  private final CopyJob jobs;
  private final CopySlots slots;
  private final UpstreamBudgets budgets;
  private final Consumer<String> enqueue;
  private final ControllerMetrics metrics;

  /**
   * What an image's life depends on beside the image.
   *
   * @param incarnation
   *          UID of the registry's pod while it is Ready
   * @param platforms
   *          for which images are wanted
   * @param presence
   *          asks the cache registry
   * @param pullSecrets
   *          finds the credentials of an image's users
   */
  public record Surroundings(Supplier<Optional<String>> incarnation, Supplier<List<Platform>> platforms,
      Function<CacheLocation, Presence> presence, PullSecrets pullSecrets, InstantSource clock) {
  }

  /** Wires what it looks at and what it acts on; {@code enqueue} has another image looked at. */
  public ImageReconciler(ImageStore store, ImageUsage usage, Surroundings surroundings, CopyJob jobs,
      CopySlots slots, UpstreamBudgets budgets,
      Consumer<String> enqueue, ControllerMetrics metrics) {
    this.store = store;
    this.usage = usage;
    this.surroundings = surroundings;
    this.jobs = jobs;
    this.slots = slots;
    this.budgets = budgets;
    this.enqueue = enqueue;
    this.metrics = metrics;
  }

  /**
   * Looks at the image with this {@link CachedImage#key}; returns when it must be looked at again, at the
   * latest.
   */
  public Optional<Duration> reconcile(String key) {
    List<CachedImage> resources = store.find(key);
    if (resources.isEmpty()) {
      release(key);
      return createIfUsed(key);
    }
    CachedImage resource = resources.getFirst();
    Set<String> owners = resources.stream().map(CachedImage::uid).collect(Collectors.toSet());
    ImagePlan.Known known = observe(resource, owners);
    ImagePlan plan = ImagePlan.decide(known);
    Optional<UpstreamBudgets.Pause> pause = plan.copy() ? pause(resource) : Optional.empty();
    boolean copies = plan.copy() && pause.isEmpty();
    boolean running = known.progress() instanceof CopyProgress.Running;
    CachedImage.Status status = running ? plan.status() : withoutSecret(plan.status());
    write(resource, copies ? copy(known, plan, status) : paused(status, pause, known.now()));
    report(known, plan);
    // Last, so that the log never shows a copy start before the one that made room for it has ended.
    boolean idle = !copies && !running;
    if (idle) {
      release(key);
    }
    resources.stream().skip(1).forEach(twin -> write(twin,
        (idle ? withoutSecret(twin.status()) : twin.status()).duplicate(resource.name(), known.now())));
    return copies
        ? Optional.of(RECHECK)
        : pause.map(p -> Duration.between(known.now(), p.until())).or(plan::again);
  }

  private Optional<UpstreamBudgets.Pause> pause(CachedImage resource) {
    return resource.image().flatMap(budgets::pause);
  }

  private static CachedImage.Status paused(CachedImage.Status status, Optional<UpstreamBudgets.Pause> pause,
      Instant now) {
    return pause.map(p -> ImagePlan.waiting(status, p.why(), now)).orElse(status);
  }

  private Optional<Duration> createIfUsed(String key) {
    if (usage.pods(key).isEmpty()) {
      return Optional.empty();
    }
    ImageReference image = ImageReference.parse(key);
    String name = ImageNames.resource(image, n -> takenByAnother(n, key));
    if (!store.create(CachedImage.manifest(name, image))) {
      return Optional.of(NAME_RETRY);
    }
    LOG.info("cached image created name={} image={}", name, key);
    return Optional.empty();
  }

  private boolean takenByAnother(String name, String key) {
    return store.named(name).filter(i -> !i.key().equals(key)).isPresent();
  }

  private ImagePlan.Known observe(CachedImage resource, Set<String> owners) {
    String key = resource.key();
    Optional<String> jobName = resource.image().map(ImageNames::job);
    // A Job made for a CachedImage that was deleted since says nothing about this one, whatever its name.
    CopyProgress progress = jobName
        .map(n -> CopyProgress.of(store.job(n).filter(j -> owners.contains(j.owner())),
            store.workers(n)))
        .orElseGet(CopyProgress.NoJob::new);
    if (progress instanceof CopyProgress.Running) {
      slots.hold(key);
    }
    Optional<String> incarnation = surroundings.incarnation.get();
    List<String> pods = usage.pods(key);
    // Only who waits for another try may have to be tried earlier.
    Set<ObjectName> secrets = resource.status().nextAttempt().isPresent()
        ? surroundings.pullSecrets.named(resource.pullSecrets(), pods)
        : Set.of();
    return new ImagePlan.Known(resource, pods, progress, presence(resource, incarnation), incarnation,
        surroundings.platforms.get(), secrets, surroundings.clock.instant());
  }

  /**
   * Another pod of the registry may have another volume: then what was copied must be seen again before it
   * counts.
   */
  private Presence presence(CachedImage resource, Optional<String> incarnation) {
    boolean doubtful = resource.status().cached() && incarnation.isPresent()
        && !incarnation.get().equals(resource.status().incarnation());
    return doubtful
        ? resource.image().map(i -> surroundings.presence.apply(resource.status().place(i)))
            .orElse(Presence.UNKNOWN)
        : Presence.NOT_CHECKED;
  }

  /** No Job needs it any more, be it that it ended while nobody led. */
  private CachedImage.Status withoutSecret(CachedImage.Status status) {
    if (status.jobSecret().isEmpty()) {
      return status;
    }
    store.deleteSecret(status.jobSecret());
    return status.withPullSecrets(status.pullSecrets(), "");
  }

  private CachedImage.Status copy(ImagePlan.Known known, ImagePlan plan, CachedImage.Status status) {
    if (plan.staleJob().isPresent()) {
      store.deleteJob(plan.staleJob().get());
      return ImagePlan.waiting(status, "the Job of the last try is being removed", known.now());
    }
    if (!slots.acquire(known.resource().key())) {
      return ImagePlan.waiting(status, slots.limit() + " other images are being copied", known.now());
    }
    // Several slots may have become free at once, and only the first in the line was told.
    slots.next().ifPresent(enqueue);
    return start(known, status);
  }

  private CachedImage.Status start(ImagePlan.Known known, CachedImage.Status status) {
    CachedImage resource = known.resource();
    ImageReference image = resource.image().orElseThrow();
    try {
      PullSecrets.Found found = surroundings.pullSecrets.find(image, resource.pullSecrets(), known.pods());
      CachedImage.Status next = give(resource, image, status, found);
      JsonObject job = jobs.manifest(resource, image, known.platforms(), known.incarnation().orElse(""),
          !found.entries().isEmpty(), MountSources.of(image, store.all()));
      if (!store.createJob(job)) {
        release(resource.key());
        return ImagePlan.waiting(next, "a Job of the same name is in the way", known.now());
      }
      LOG.info("copy started image={} attempt={} credentials={}", resource.key(), status.attempts() + 1,
          found.entries().size());
      return next;
    } catch (RuntimeException e) {
      // An image whose Job is refused must not keep the others from their turn.
      release(resource.key());
      throw e;
    }
  }

  /** Makes the Secret of a Job that needs one. */
  private CachedImage.Status give(CachedImage resource, ImageReference image, CachedImage.Status status,
      PullSecrets.Found found) {
    if (found.entries().isEmpty()) {
      return status.withPullSecrets(found.looked(), "");
    }
    CachedImage.Status next = status.withPullSecrets(found.looked(), ImageNames.job(image));
    // Before it is there: whoever leads by the end of the copy knows from this what is to be deleted.
    write(resource, next);
    store.putSecret(jobs.secret(resource, image, found.entries()));
    return next;
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
    plan.note().ifPresent(note -> store.event(resource, note));
  }

  private void learn(ImagePlan.Known known) {
    if (known.progress() instanceof CopyProgress.Ended ended) {
      known.resource().image()
          .ifPresent(i -> budgets.learn(i.registry(), ended.outcome(), ended.report()));
    }
  }

  private void release(String key) {
    slots.release(key).ifPresent(enqueue);
  }
}
