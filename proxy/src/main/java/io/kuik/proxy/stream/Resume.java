package io.kuik.proxy.stream;

import io.kuik.proxy.request.PullRequest.BlobRead;
import io.kuik.proxy.request.Wanted;
import io.kuik.proxy.source.Answer;
import io.kuik.proxy.source.Answer.Found;
import io.kuik.proxy.source.Body;
import io.kuik.proxy.source.Content;
import io.kuik.proxy.source.Source;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Gets the rest of a body that broke: by a new request to its registry, which also gives a new signed
 * address, or to the other one. Tried a few times in a row, with pauses in which a registry can restart.
 */
final class Resume {
  /** A body that came this much further may break as often again. */
  private static final long PROGRESS = 1 << 20;

  private final BlobRead read;
  private final List<Source> sources;
  private final List<Duration> pauses;
  private final Runnable resumed;
  private long lastPosition = Long.MIN_VALUE / 2;
  private int tries;

  /** Asks these in turn, once after each pause; {@code resumed} hears of success. */
  Resume(BlobRead read, List<Source> sources, List<Duration> pauses, Runnable resumed) {
    this.read = read;
    this.sources = sources;
    this.pauses = pauses;
    this.resumed = resumed;
  }

  /**
   * The bytes from a position on, up to {@code end} or, if that is -1, to the last one of the blob.
   *
   * @throws IOException
   *           the reason why the body broke, if nobody has the rest
   */
  Body from(long position, long end, IOException broke) throws IOException {
    if (position - lastPosition >= PROGRESS) {
      tries = 0;
    }
    lastPosition = position;
    while (tries < pauses.size()) {
      Source source = sources.get(tries % sources.size());
      rest(pauses.get(tries++), broke);
      Optional<Body> rest = ask(source, position, end);
      if (rest.isPresent()) {
        resumed.run();
        return rest.get();
      }
    }
    throw broke;
  }

  private void rest(Duration time, IOException broke) throws IOException {
    try {
      if (!time.isZero()) {
        Thread.sleep(time);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw broke;
    }
  }

  private Optional<Body> ask(Source source, long position, long end) {
    String range = "bytes=" + position + "-" + (end < 0 ? "" : Long.toString(end - 1));
    Answer answer = source.insist(read, new Wanted(false, List.of(), Optional.of(range)));
    if (!(answer instanceof Found found)) {
      return Optional.empty();
    }
    if (found.content() instanceof Content.Blob blob) {
      Optional<Extent> got = Extent.of(blob.header());
      if (got.isPresent() && fits(got.get(), position, end)) {
        return skipped(blob.body(), position - got.get().start());
      }
    }
    found.content().close();
    return Optional.empty();
  }

  /** A part must begin where it was asked to; a registry that knows no parts sends all from the beginning. */
  private static boolean fits(Extent got, long position, long end) {
    boolean start = got.start() == position || got.start() == 0;
    return start && (end < 0 || got.end() < 0 || got.end() >= end);
  }

  private static Optional<Body> skipped(Body body, long bytes) {
    byte[] buffer = new byte[(int) Math.min(bytes, Body.PIECE)];
    try {
      for (long left = bytes; left > 0;) {
        int n = body.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (n < 0) {
          throw new IOException("it ends before the position");
        }
        left -= n;
      }
      return Optional.of(body);
    } catch (IOException e) {
      body.close();
      return Optional.empty();
    }
  }
}
