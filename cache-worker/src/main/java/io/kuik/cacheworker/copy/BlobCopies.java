package io.kuik.cacheworker.copy;

import io.kuik.cacheworker.jib.CacheWriter;
import io.kuik.cacheworker.manifest.Descriptor;
import io.kuik.cacheworker.report.ByteSize;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.cacheworker.report.Progress;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies the blobs that the cache lacks, a few at once; the first failure ends all. */
final class BlobCopies {
  private static final int AT_ONCE = 4;
  /** For the others to end when one has failed. */
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(1);
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
    var missing = new HashSet<Digest>();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
      var results = new ExecutorCompletionService<CopyPlan.Blob>(threads);
      blobs.forEach(b -> results.submit(() -> one(b), b));
      try {
        for (int i = 0; i < blobs.size(); i++) {
          finish(results, missing);
        }
      } finally {
        end(threads);
      }
    }
    return missing;
  }

  /** An upload that ends itself leaves nothing behind; one whose thread is interrupted does. */
  private void end(ExecutorService threads) {
    stopped.set(true);
    threads.shutdown();
    try {
      if (!threads.awaitTermination(GRACE.toSeconds(), TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /** Lets the uploads that are open end themselves, and starts no other. */
  void stop() {
    stopped.set(true);
  }

  private static void finish(ExecutorCompletionService<CopyPlan.Blob> results, Set<Digest> missing) {
    try {
      results.take().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof MissingException absent) {
        missing.add(absent.digest);
        return;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CopyFailure(CopyOutcome.INTERRUPTED, "Copying the layers was interrupted");
    }
  }

  private void one(CopyPlan.Blob blob) {
    if (stopped.get()) {
      throw new CopyFailure(CopyOutcome.INTERRUPTED, "The copy was given up before blob "
          + blob.descriptor().digest());
    }
    Descriptor d = blob.descriptor();
    OptionalLong there = cached.blob(d.digest());
    if (there.isPresent()) {
      checkSize(d, there.getAsLong());
      progress.there(d.size());
      LOG.info("layer already there digest={} size={}", d.digest(), ByteSize.text(d.size()));
      return;
    }
    long start = System.nanoTime();
    try {
      move(d);
    } catch (CopyFailure e) {
      if (blob.optional() && e.outcome() == CopyOutcome.NOT_FOUND) {
        throw new MissingException(d.digest());
      }
      throw e;
    }
    checkStored(d);
    LOG.info("layer copied digest={} size={} seconds={}", d.digest(), ByteSize.text(d.size()),
        seconds(System.nanoTime() - start));
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

  /** A registry that restarts breaks an upload once; after that the next try may say why. */
  private void move(Descriptor d) {
    BlobStream first = new BlobStream(upstream, d, progress, pause, stopped::get);
    try {
      writer.pushBlob(d.digest(), d.size(), first);
    } catch (CopyFailure e) {
      if (e.outcome() != CopyOutcome.CACHE_UNAVAILABLE) {
        throw e;
      }
      LOG.info("upload broken, trying it once more digest={} reason={}", d.digest(), e.getMessage());
      progress.moved(-first.done());
      waitBeforeNext(d);
      writer.pushBlob(d.digest(), d.size(), new BlobStream(upstream, d, progress, pause, stopped::get));
    }
  }

  private void waitBeforeNext(Descriptor d) {
    try {
      pause.forThis(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CopyFailure(CopyOutcome.INTERRUPTED, "Copying blob " + d.digest() + " was interrupted", e);
    }
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f", nanos / 1e9);
  }

  /** The upstream lacks a blob that the image can do without. */
  private static final class MissingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Digest digest;

    MissingException(Digest digest) {
      super(digest.toString());
      this.digest = digest;
    }
  }
}
