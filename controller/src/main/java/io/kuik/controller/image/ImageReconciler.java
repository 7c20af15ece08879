package io.kuik.controller.image;

import com.google.gson.JsonObject;
import io.kuik.controller.ops.ControllerMetrics;
import io.kuik.model.CacheLocation;
import io.kuik.model.ImageReference;
import io.kuik.model.Platform;
import java.time.Duration;
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
   */
  public record Surroundings(Supplier<Optional<String>> incarnation, Supplier<List<Platform>> platforms,
      Function<CacheLocation, Presence> presence, InstantSource clock) {
  }

  /** Wires what it looks at and what it acts on; {@code enqueue} has another image looked at. */
  public ImageReconciler(ImageStore store, ImageUsage usage, Surroundings surroundings, CopyJob jobs,
      CopySlots slots,
      Consumer<String> enqueue, ControllerMetrics metrics) {
    this.store = store;
    this.usage = usage;
    this.surroundings = surroundings;
    this.jobs = jobs;
    this.slots = slots;
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
    write(resource, plan.copy() ? copy(known, plan) : plan.status());
    report(resource, plan);
    // Last, so that the log never shows a copy start before the one that made room for it has ended.
    if (!plan.copy() && !(known.progress() instanceof CopyProgress.Running)) {
      release(key);
    }
    resources.stream().skip(1)
        .forEach(twin -> write(twin, twin.status().duplicate(resource.name(), known.now())));
    return plan.copy() ? Optional.of(RECHECK) : plan.again();
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
    return new ImagePlan.Known(resource, usage.pods(key), progress, presence(resource, incarnation),
        incarnation,
        surroundings.platforms.get(), surroundings.clock.instant());
  }

  /**
   * Another pod of the registry may have another volume: then what was copied must be seen again before it
   * counts.
   */
  private Presence presence(CachedImage resource, Optional<String> incarnation) {
    boolean doubtful = resource.status().cached() && incarnation.isPresent()
        && !incarnation.get().equals(resource.status().incarnation());
    return doubtful
        ? resource.image().map(i -> surroundings.presence.apply(CacheLocation.of(i))).orElse(Presence.UNKNOWN)
        : Presence.NOT_CHECKED;
  }

  private CachedImage.Status copy(ImagePlan.Known known, ImagePlan plan) {
    if (plan.staleJob().isPresent()) {
      store.deleteJob(plan.staleJob().get());
      return ImagePlan.waiting(plan.status(), "the Job of the last try is being removed", known.now());
    }
    if (!slots.acquire(known.resource().key())) {
      return ImagePlan.waiting(plan.status(), slots.limit() + " other images are being copied", known.now());
    }
    // Several slots may have become free at once, and only the first in the line was told.
    slots.next().ifPresent(enqueue);
    if (!start(known)) {
      release(known.resource().key());
      return ImagePlan.waiting(plan.status(), "a Job of the same name is in the way", known.now());
    }
    LOG.info("copy started image={} attempt={}", known.resource().key(), plan.status().attempts() + 1);
    return plan.status();
  }

  private boolean start(ImagePlan.Known known) {
    ImageReference image = known.resource().image().orElseThrow();
    JsonObject job = jobs.manifest(known.resource(), image, known.platforms(),
        known.incarnation().orElse(""));
    try {
      return store.createJob(job);
    } catch (RuntimeException e) {
      // An image whose Job is refused must not keep the others from their turn.
      release(known.resource().key());
      throw e;
    }
  }

  private void write(CachedImage resource, CachedImage.Status status) {
    if (!status.equals(resource.status())) {
      store.patchStatus(resource.name(), CachedImage.statusPatch(status, resource.generation()));
    }
  }

  private void report(CachedImage resource, ImagePlan plan) {
    plan.ended().ifPresent(outcome -> {
      metrics.copyEnded(outcome);
      LOG.info("copy ended image={} outcome={} message=\"{}\"", resource.key(), outcome.reason(),
          plan.note().map(ImagePlan.Note::message).orElse(""));
    });
    plan.note().ifPresent(note -> store.event(resource, note));
  }

  private void release(String key) {
    slots.release(key).ifPresent(enqueue);
  }
}
