package io.kuik.proxy.stream;

import io.kuik.proxy.request.PullRequest.BlobRead;
import io.kuik.proxy.request.SpecError;
import io.kuik.proxy.source.Answer;
import io.kuik.proxy.source.Answer.Found;
import io.kuik.proxy.source.Answer.Unavailable;
import io.kuik.proxy.source.Content.Blob;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The blobs that are being downloaded: who wants one of them from its beginning, while that is still in
 * memory, gets it from there. Who comes later starts a download that the next ones may join.
 */
final class Downloads {
  /** Of all downloads together: 8 MiB of the heap. */
  private static final int CHUNKS = (8 << 20) / Download.CHUNK;
  /** Of one download, so that a second one has some too. */
  private static final int WINDOW = (6 << 20) / Download.CHUNK;

  /** For a client that is about to fall behind: it may only have waited for its turn on a busy node. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final Map<BlobRead, Running> running = new HashMap<>();
  private final Bodies bodies;
  private final Counts counts;
  private final ChunkPool pool;
  private final int window;

  Downloads(Bodies bodies, Counts counts) {
    this(bodies, counts, new ChunkPool(CHUNKS), WINDOW);
  }

  Downloads(Bodies bodies, Counts counts, ChunkPool pool, int window) {
    this.bodies = bodies;
    this.counts = counts;
    this.pool = pool;
    this.window = window;
  }

  private record Running(Download download, CompletableFuture<Answer> answer) {
  }

  private record Seat(Running running, SharedBody body, boolean first) {
  }

  /** The blob, from a download that others may share; {@code upstream} never throws and has a deadline. */
  Answer ask(BlobRead read, Supplier<Answer> upstream) {
    Seat seat = seat(read);
    Answer answer;
    if (seat.first) {
      answer = lead(read, seat.running, upstream);
    } else {
      counts.addJoined();
      answer = seat.running.answer.join();
    }
    if (answer instanceof Found found && found.content() instanceof Blob blob) {
      return new Found(blob.with(seat.body));
    }
    seat.body.close();
    return answer;
  }

  private Seat seat(BlobRead read) {
    synchronized (running) {
      Optional<Running> known = Optional.ofNullable(running.get(read));
      Optional<SharedBody> joined = known.flatMap(r -> r.download.join());
      if (joined.isPresent()) {
        return new Seat(known.orElseThrow(), joined.get(), false);
      }
      var download = new Download(pool, window, PATIENCE, d -> forget(read, d));
      var mine = new Running(download, new CompletableFuture<>());
      running.put(read, mine);
      return new Seat(mine, download.join().orElseThrow(), true);
    }
  }

  private void forget(BlobRead read, Download ended) {
    synchronized (running) {
      Running known = running.get(read);
      if (known != null && known.download == ended) {
        running.remove(read);
      }
    }
  }

  private Answer lead(BlobRead read, Running mine, Supplier<Answer> upstream) {
    Answer answer = new Unavailable(
        new SpecError(500, "UNKNOWN", "an error in the proxy; its log says more"));
    try {
      answer = upstream.get();
      if (answer instanceof Found found && found.content() instanceof Blob raw) {
        mine.download.begin(bodies.whole(read, raw),
            (position, before) -> bodies.rest(read, position, raw.length(), before));
      }
      return answer;
    } finally {
      mine.answer.complete(answer);
    }
  }

  /** Bytes of all windows together. */
  long held() {
    return (long) pool.taken() * Download.CHUNK;
  }
}
