package io.kuik.controller.image;

import com.google.gson.JsonObject;
import io.kuik.controller.pullsecret.PullSecrets;
import io.kuik.controller.upstream.UpstreamBudgets;
import io.kuik.model.CopyOutcome;
import io.kuik.model.ImageReference;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the copy of an image, when it is its turn and its registry may be asked. */
final class CopyStart {
  private static final Logger LOG = LoggerFactory.getLogger(CopyStart.class);

  private final ImageStore store;
  private final ImageUsage usage;
  private final PullSecrets pullSecrets;
  private final CopyJob jobs;
  private final CopySlots slots;
  private final UpstreamBudgets budgets;
  private final Consumer<String> enqueue;
  private final BiConsumer<CachedImage, CachedImage.Status> write;

  /**
   * What became of a copy that was to start.
   *
   * @param status
   *          says it
   * @param failure
   *          to be thrown when the status is written, so that the copy is tried again
   */
  record Started(CachedImage.Status status, Optional<RuntimeException> failure) {
    static Started of(CachedImage.Status status) {
      return new Started(status, Optional.empty());
    }
  }

  /** {@code write} keeps a status at once. */
  CopyStart(ImageStore store, ImageUsage usage, PullSecrets pullSecrets, CopyJob jobs, CopySlots slots,
      UpstreamBudgets budgets, Consumer<String> enqueue,
      BiConsumer<CachedImage, CachedImage.Status> write) {
    this.store = store;
    this.usage = usage;
    this.pullSecrets = pullSecrets;
    this.jobs = jobs;
    this.slots = slots;
    this.budgets = budgets;
    this.enqueue = enqueue;
    this.write = write;
  }

  /** Why the registry of an image is left alone, and until when, if it is. */
  Optional<UpstreamBudgets.Pause> pause(CachedImage resource) {
    return resource.image().flatMap(budgets::pause);
  }

  /** Starts the copy if it can be. */
  Started copy(ImagePlan.Known known, ImagePlan plan, CachedImage.Status status) {
    if (plan.staleJob().isPresent()) {
      store.deleteJob(plan.staleJob().get());
      return Started.of(Waiting.because(status, "the Job of the last try is being removed", known.now()));
    }
    if (!slots.acquire(known.resource().key(), !status.cached())) {
      // Whose turn it is may have changed since somebody was told that it is theirs.
      slots.next().ifPresent(enqueue);
      return Started.of(Waiting.inLine(status, slots.limit(), known.now()));
    }
    // Several slots may have become free at once, and only the first in the line was told.
    slots.next().ifPresent(enqueue);
    return start(known, status);
  }

  private Started start(ImagePlan.Known known, CachedImage.Status status) {
    CachedImage resource = known.resource();
    ImageReference image = resource.image().orElseThrow();
    CachedImage.Status next = status;
    try {
      PullSecrets.Found found = pullSecrets.find(image, resource.pullSecrets(), usage.pods(resource.key()));
      next = status.withPullSecrets(found.looked(), found.entries().isEmpty() ? "" : ImageNames.job(image));
      give(resource, image, next, found);
      JsonObject job = jobs.manifest(resource, image, known.platforms(),
          known.cache().incarnation().orElse(""), !found.entries().isEmpty(),
          MountSources.of(image, store.all()));
      if (!store.createJob(job)) {
        release(resource.key());
        return Started.of(Waiting.because(next, "a Job of the same name is in the way", known.now()));
      }
      LOG.info("copy started image={} attempt={} credentials={} refresh={}", resource.key(),
          status.attempts() + 1, found.entries().size(), status.outdated());
      return Started.of(next);
    } catch (RuntimeException e) {
      // An image whose Job is refused must not keep the others from their turn.
      release(resource.key());
      return new Started(Waiting.refused(next, e, known.now()), Optional.of(e));
    }
  }

  /** Makes the Secret of a Job that needs one. */
  private void give(CachedImage resource, ImageReference image, CachedImage.Status status,
      PullSecrets.Found found) {
    if (!found.entries().isEmpty()) {
      // Before it is there: whoever leads by the end of the copy knows from this what is to be deleted.
      write.accept(resource, status);
      store.putSecret(jobs.secret(resource, image, found.entries()));
    }
  }

  /** A copy of the image has ended, and said something of its registry. */
  void ended(String key, CopyOutcome outcome) {
    slots.ended(key, outcome);
  }

  /** No copy of the image runs; who waits for its place may have it. */
  void release(String key) {
    slots.release(key).ifPresent(enqueue);
  }
}
