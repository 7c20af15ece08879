package io.kuik.cacheworker.copy;

import io.kuik.cacheworker.jib.CacheWriter;
import io.kuik.cacheworker.manifest.Descriptor;
import io.kuik.cacheworker.report.ByteSize;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.cacheworker.report.Progress;
import io.kuik.model.CopyOutcome;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One blob's way into the cache, which is tried once more where a second try can say more than the first. */
final class BlobMove {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final double NANOS = 1e9;
  private static final Logger LOG = LoggerFactory.getLogger(BlobMove.class);

  private final UpstreamImage upstream;
  private final CacheWriter writer;
  private final Descriptor blob;
  private final Progress progress;
  private final Pause pause;
  private final BooleanSupplier stopped;

  BlobMove(UpstreamImage upstream, CacheWriter writer, Descriptor blob, Progress progress, Pause pause,
      BooleanSupplier stopped) {
    this.upstream = upstream;
    this.writer = writer;
    this.blob = blob;
    this.progress = progress;
    this.pause = pause;
    this.stopped = stopped;
  }

  /**
   * Moves it, hashed here or by the cache registry alone; a second try is always hashed here. Where another
   * repository of the cache has it, it is mounted.
   */
  void run(boolean hashed, Optional<String> elsewhere) {
    long start = System.nanoTime();
    BlobStream first = stream(hashed);
    try {
      if (writer.pushBlob(blob.digest(), blob.size(), first, elsewhere)) {
        progress.there(blob.size());
        LOG.info("layer mounted digest={} size={} from={}", blob.digest(), ByteSize.text(blob.size()),
            elsewhere.orElse(""));
        return;
      }
    } catch (CopyFailure e) {
      boolean wrongSomewhere = e.outcome() == CopyOutcome.CORRUPT && !hashed;
      if (e.outcome() != CopyOutcome.CACHE_UNAVAILABLE && !wrongSomewhere) {
        throw e;
      }
      LOG.info("layer not taken, trying it once more digest={} reason={}", blob.digest(), e.getMessage());
      progress.moved(-first.done());
      waitBeforeNext();
      writer.pushBlob(blob.digest(), blob.size(), stream(true), Optional.empty());
    }
    LOG.info("layer copied digest={} size={} seconds={}", blob.digest(), ByteSize.text(blob.size()),
        String.format(Locale.ROOT, "%.1f", (System.nanoTime() - start) / NANOS));
  }

  private BlobStream stream(boolean hashed) {
    return new BlobStream(upstream, blob, progress, stopped, hashed);
  }

  /** A registry that restarts breaks an upload once; after that the next try may say why. */
  private void waitBeforeNext() {
    try {
      pause.forThis(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CopyFailure(CopyOutcome.INTERRUPTED, "Copying blob " + blob.digest() + " was interrupted", e);
    }
  }
}
