package io.kuik.cacheworker.copy;

import io.kuik.cacheworker.jib.CacheWriter;
import io.kuik.cacheworker.manifest.Descriptor;
import io.kuik.cacheworker.report.ByteSize;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.cacheworker.report.Progress;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies the blobs that the cache lacks, a few at once; the first failure ends all. */
final class BlobCopies {
  private static final int ASKED_AT_ONCE = 8;
  private static final int MOVED_AT_ONCE = 4;
  /** Below this, the worker has hashed all before it would know whether it needs to. */
  private static final long WORTH_ASKING = 16 << 20;
  /** For the others to end when one has failed. */
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(BlobCopies.class);

  private final UpstreamImage upstream;
  private final CachedRepository cached;
  private final CacheWriter writer;
  private final Progress progress;
  private final Pause pause;
  private final AtomicBoolean stopped = new AtomicBoolean();

  BlobCopies(UpstreamImage upstream, CachedRepository cached, CacheWriter writer, Progress progress,
      Pause pause) {
    this.upstream = upstream;
    this.cached = cached;
    this.writer = writer;
    this.progress = progress;
    this.pause = pause;
  }

  /** Copies all; the digests of optional blobs that the upstream lacks are returned. */
  Set<Digest> copy(Collection<CopyPlan.Blob> blobs) {
    List<CopyPlan.Blob> lacking = each(blobs, ASKED_AT_ONCE,
        b -> there(b) ? Optional.empty() : Optional.of(b));
    boolean hashed = hashedHere(CopyPlan.blobBytes(lacking));
    return new HashSet<>(each(lacking, MOVED_AT_ONCE, b -> move(b, hashed)));
  }

  /** Lets the uploads that are open end themselves, and starts no other. */
  void stop() {
    stopped.set(true);
  }

  private boolean there(CopyPlan.Blob blob) {
    Descriptor d = blob.descriptor();
    OptionalLong there = cached.blob(d.digest());
    if (there.isEmpty()) {
      return false;
    }
    checkSize(d, there.getAsLong());
    progress.there(d.size());
    LOG.info("layer already there digest={} size={}", d.digest(), ByteSize.text(d.size()));
    return true;
  }

  /**
   * Hashing is half of the worker's own cost per byte, and a registry that hashes what it stores checks more:
   * the last stretch of the way too. That it does is never believed, but tried out in each run.
   */
  private boolean hashedHere(long bytes) {
    if (bytes < WORTH_ASKING) {
      return true;
    }
    boolean hashed = !writer.refusesWrongDigests();
    LOG.info("layers are checked by={}", hashed ? "worker" : "cache registry");
    return hashed;
  }

  /** Empty, or the digest of a blob that the upstream lacks and that the image can do without. */
  private Optional<Digest> move(CopyPlan.Blob blob, boolean hashed) {
    Descriptor d = blob.descriptor();
    try {
      new BlobMove(upstream, writer, d, progress, pause, stopped::get).run(hashed,
          cached.elsewhere(d.digest(), d.size()));
    } catch (CopyFailure e) {
      if (blob.optional() && e.outcome() == CopyOutcome.NOT_FOUND) {
        return Optional.of(d.digest());
      }
      throw e;
    }
    checkStored(d);
    return Optional.empty();
  }

  private static void checkSize(Descriptor d, long size) {
    if (size >= 0 && size != d.size()) {
      throw CachedRepository.damaged(d.digest(),
          "holds " + size + " bytes for blob " + d.digest() + ", which has " + d.size());
    }
  }

  /** An upload may end well and change nothing, where a damaged file of this digest was there before. */
  private void checkStored(Descriptor d) {
    OptionalLong size = cached.blob(d.digest());
    if (size.isEmpty()) {
      throw new CopyFailure(CopyOutcome.CORRUPT,
          "The cache registry took blob " + d.digest() + ", but does not have it");
    }
    checkSize(d, size.getAsLong());
  }

  /** Does the same with all of them; what the steps found is returned. */
  private <R> List<R> each(Collection<CopyPlan.Blob> blobs, int atOnce,
      Function<CopyPlan.Blob, Optional<R>> step) {
    var found = new ArrayList<R>();
    if (blobs.isEmpty()) {
      return found;
    }
    // Virtual threads took twice the CPU here: over a slow link each of many small reads parks one.
    ExecutorService threads = Executors.newFixedThreadPool(Math.min(atOnce, blobs.size()),
        Thread.ofPlatform().daemon().name("layer-", 0).factory());
    var results = new ExecutorCompletionService<Optional<R>>(threads);
    blobs.forEach(b -> results.submit(() -> unlessStopped(b, step)));
    try {
      for (int i = 0; i < blobs.size(); i++) {
        result(results).ifPresent(found::add);
      }
    } catch (RuntimeException e) {
      end(threads);
      throw e;
    } finally {
      // Without waiting: a thread that hangs at its socket ends with the process.
      threads.shutdownNow();
    }
    return found;
  }

  private <R> Optional<R> unlessStopped(CopyPlan.Blob blob, Function<CopyPlan.Blob, Optional<R>> step) {
    if (stopped.get()) {
      throw new CopyFailure(CopyOutcome.INTERRUPTED,
          "The copy was given up before blob " + blob.descriptor().digest());
    }
    return step.apply(blob);
  }

  private static <R> R result(ExecutorCompletionService<R> results) {
    try {
      return results.take().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CopyFailure(CopyOutcome.INTERRUPTED, "Copying the layers was interrupted");
    }
  }

  /** An upload that ends itself leaves nothing behind; one whose thread is interrupted does. */
  private void end(ExecutorService threads) {
    stopped.set(true);
    threads.shutdown();
    try {
      if (!threads.awaitTermination(GRACE.toSeconds(), TimeUnit.SECONDS)) {
        LOG.debug("some layers did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
