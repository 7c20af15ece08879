package io.kuik.cacheworker.copy;

import io.kuik.cacheworker.jib.BlobContent;
import io.kuik.cacheworker.manifest.Descriptor;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.cacheworker.report.Progress;
import io.kuik.model.CopyOutcome;
import io.kuik.registry.Redaction;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistryResponse;
import io.kuik.registry.SteadyStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One blob on its way from the upstream into the cache, hashed unless the cache does that. When the upstream
 * cuts the body, it is asked for the rest, and the upload goes on where it was.
 */
final class BlobStream implements BlobContent {
  /** Failures in a row with less than {@link #PROGRESS} bytes between them. */
  private static final int TRIES = 5;
  private static final long PROGRESS = 256 << 10;
  private static final int BUFFER = 128 << 10;
  private static final int PARTIAL = 206;
  private static final Logger LOG = LoggerFactory.getLogger(BlobStream.class);

  private final UpstreamImage upstream;
  private final Descriptor blob;
  private final Progress progress;
  private final BooleanSupplier stopped;
  private final Optional<MessageDigest> hash;
  private long done;

  BlobStream(UpstreamImage upstream, Descriptor blob, Progress progress, BooleanSupplier stopped,
      boolean hashed) {
    this.upstream = upstream;
    this.blob = blob;
    this.progress = progress;
    this.stopped = stopped;
    this.hash = hashed ? Optional.of(blob.digest().hasher()) : Optional.empty();
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    long mark = 0;
    int failures = 0;
    while (done < blob.size()) {
      try {
        pump(out);
      } catch (SourceException | RegistryException.Unavailable | RegistryException.RateLimited e) {
        failures = done - mark >= PROGRESS ? 1 : failures + 1;
        mark = done;
        waitOrGiveUp(failures, e);
      } catch (RegistryException e) {
        throw CopyFailure.upstream(e);
      }
    }
    if (hash.isPresent() && !blob.digest().matches(hash.get().digest())) {
      throw new CopyFailure(CopyOutcome.CORRUPT,
          "The registry served bytes for blob " + blob.digest() + " that are not those of this digest");
    }
  }

  /** Bytes that went into the upload. */
  long done() {
    return done;
  }

  private void pump(OutputStream out) throws IOException, SourceException {
    RegistryResponse response = asked();
    boolean whole = false;
    try {
      InputStream in = body(response);
      byte[] buffer = new byte[BUFFER];
      for (int n = read(in, buffer); n >= 0; n = read(in, buffer)) {
        checkNotStopped();
        if (done + n > blob.size()) {
          throw new CopyFailure(CopyOutcome.CORRUPT, "The registry served more bytes for blob "
              + blob.digest() + " than the " + blob.size() + " of its manifest");
        }
        out.write(buffer, 0, n);
        update(buffer, n);
        done += n;
        progress.moved(n);
      }
      if (done < blob.size()) {
        throw new SourceException("the body ended after " + done + " of " + blob.size() + " bytes");
      }
      whole = true;
    } finally {
      if (whole) {
        response.close();
      } else {
        response.abort();
      }
    }
  }

  private void update(byte[] buffer, int n) {
    if (hash.isPresent()) {
      hash.get().update(buffer, 0, n);
    }
  }

  /** Who gave us the manifest and refuses a layer has trouble with its tokens: that is worth another try. */
  private RegistryResponse asked() throws SourceException {
    try {
      return upstream.blob(blob.digest(), done);
    } catch (RegistryException.Unauthorized e) {
      throw new SourceException(String.valueOf(e.getMessage()));
    }
  }

  private void checkNotStopped() {
    if (stopped.getAsBoolean()) {
      throw new CopyFailure(CopyOutcome.INTERRUPTED, "Reading blob " + blob.digest() + " was given up");
    }
  }

  /** The body at the place where we are; a registry without ranges serves what we have once more. */
  private InputStream body(RegistryResponse response) throws SourceException {
    try {
      InputStream in = new SteadyStream(response.body());
      if (response.status() != PARTIAL) {
        in.skipNBytes(done);
      } else if (!response.header("Content-Range").orElse("").startsWith("bytes " + done + "-")) {
        throw new SourceException("the registry answered with another range than the one asked for");
      }
      return in;
    } catch (IOException e) {
      throw new SourceException(Redaction.of(String.valueOf(e.getMessage())));
    }
  }

  private static int read(InputStream in, byte[] buffer) throws SourceException {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new SourceException(Redaction.of(String.valueOf(e.getMessage())));
    }
  }

  private void waitOrGiveUp(int failures, Exception e) {
    Duration time = upstream.patience().next(failures, TRIES, e).orElseThrow(() -> gaveUp(failures, e));
    LOG.info("layer interrupted, asking for the rest digest={} at={} of={} in={} reason={}", blob.digest(),
        done, blob.size(), Patience.seconds(time), e.getMessage());
    upstream.patience().await(time, stopped);
    checkNotStopped();
  }

  private CopyFailure gaveUp(int failures, Exception e) {
    String tried = "Reading blob " + blob.digest() + " from " + upstream.registry() + " failed "
        + (failures == 1 ? "" : failures + " times in a row ") + "after " + done + " of " + blob.size()
        + " bytes: ";
    return e instanceof RegistryException registry
        ? CopyFailure.upstream(tried, registry)
        : new CopyFailure(CopyOutcome.UPSTREAM_UNAVAILABLE, tried + e.getMessage(), e);
  }

  /** The upstream's half of the stream broke, not the cache's. */
  private static final class SourceException extends Exception {
    private static final long serialVersionUID = 1L;

    SourceException(String message) {
      super(message);
    }
  }
}
