package io.kuik.proxy.stream;

import io.kuik.proxy.source.Body;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One blob on its way from an upstream to all clients that want it at the same time. A window of it is in
 * memory; whoever comes to its end first reads on for all. Who falls behind its start goes on alone.
 */
final class Download {
  static final int CHUNK = Body.PIECE;
  /** What stays in the window when nobody needs it any more. */
  private static final int LEAST = 1;
  static final int FELL_BEHIND = -2;

  /** Not a code of {@link Body#read}: the caller is to read on for all. */
  private static final int YOURS = -3;

  /** A piece of the blob, and the proof over all bytes before it. */
  private static final class Chunk {
    private final byte[] bytes;
    private final long start;
    private final Optional<Proof> before;

    Chunk(byte[] bytes, long start, Optional<Proof> before) {
      this.bytes = bytes;
      this.start = start;
      this.before = before;
    }
  }

  /** Goes on alone for a client that fell behind. */
  interface Alone {
    /** The rest from this position, proven over all bytes. */
    Body from(long position, Optional<Proof> before);
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ChunkPool pool;
  private final int most;
  private final Duration patience;
  private final Consumer<Download> empty;
  private final Deque<Chunk> window = new ArrayDeque<>();
  private final Set<SharedBody> readers = new HashSet<>();
  private @Nullable ProvenBody source;
  private @Nullable Alone alone;
  private @Nullable IOException failure;
  private long start;
  private long front;
  private boolean reading;
  private boolean ended;
  private boolean closed;

  /**
   * A download without clients.
   *
   * @param most
   *          chunks of its window
   * @param patience
   *          for how long altogether the others wait for a client that is about to fall behind
   * @param empty
   *          hears when the last client has left
   */
  Download(ChunkPool pool, int most, Duration patience, Consumer<Download> empty) {
    this.pool = pool;
    this.most = most;
    this.patience = patience;
    this.empty = empty;
  }

  /** One more client, from the first byte on; none if that is no longer there. */
  Optional<SharedBody> join() {
    lock.lock();
    try {
      if (closed || start > 0 || failure != null) {
        return Optional.empty();
      }
      var reader = new SharedBody(this, patience);
      readers.add(reader);
      return Optional.of(reader);
    } finally {
      lock.unlock();
    }
  }

  /** The upstream has answered. */
  void begin(ProvenBody body, Alone goOn) {
    lock.lock();
    try {
      source = body;
      alone = goOn;
    } finally {
      lock.unlock();
    }
  }

  /** The rest for one who fell behind. */
  Body alone(long position, Optional<Proof> before) {
    lock.lock();
    try {
      return Objects.requireNonNull(alone, "nobody falls behind what has not begun").from(position, before);
    } finally {
      lock.unlock();
    }
  }

  /** The next bytes for this reader, -1 at the end, or {@link #FELL_BEHIND}. */
  int read(SharedBody reader, byte[] buffer, int offset, int length) throws IOException {
    while (true) {
      int n = got(reader, buffer, offset, length);
      if (n != YOURS) {
        return n;
      }
      fill();
    }
  }

  private int got(SharedBody reader, byte[] buffer, int offset, int length) throws IOException {
    lock.lock();
    try {
      while (true) {
        if (reader.fallen()) {
          return FELL_BEHIND;
        }
        if (reader.position() < front) {
          return copy(reader, buffer, offset, length);
        }
        if (failure != null) {
          throw new IOException(failure.getMessage(), failure);
        }
        if (ended) {
          return -1;
        }
        if (!reading) {
          reading = true;
          return YOURS;
        }
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private int copy(SharedBody reader, byte[] buffer, int offset, int length) {
    int index = Math.toIntExact((reader.position() - start) / CHUNK);
    Chunk chunk = window.stream().skip(index).findFirst().orElseThrow();
    int from = Math.toIntExact(reader.position() - chunk.start);
    int n = Math.toIntExact(Math.min(length, Math.min(CHUNK - from, front - reader.position())));
    System.arraycopy(chunk.bytes, from, buffer, offset, n);
    reader.advance(n);
    changed.signalAll();
    return n;
  }

  /** Only one at a time is here; what it reads is nobody's until it has proven right. */
  private void fill() {
    int n = 0;
    IOException broke = null;
    try {
      ProvenBody body = Objects.requireNonNull(source, "nobody reads what has not begun");
      Chunk tail = room(body);
      int filled = Math.toIntExact(front - tail.start);
      n = body.read(tail.bytes, filled, CHUNK - filled);
    } catch (IOException e) {
      broke = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      broke = new IOException("interrupted", e);
    } catch (RuntimeException e) {
      broke = new IOException("an error of the proxy: " + e, e);
    } finally {
      published(n, broke);
    }
  }

  private void published(int n, @Nullable IOException broke) {
    lock.lock();
    try {
      reading = false;
      failure = broke;
      front += Math.max(0, n);
      ended = n < 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The chunk to read into. */
  private Chunk room(ProvenBody body) throws InterruptedException {
    lock.lock();
    try {
      Chunk tail = window.peekLast();
      if (tail != null && front < tail.start + CHUNK) {
        return tail;
      }
      // The first chunk is each download's own; it stands for the buffer of its client.
      boolean more = tail == null || (!spare() && window.size() < most && pool.take());
      byte[] bytes = more ? new byte[CHUNK] : evicted();
      Chunk next = new Chunk(bytes, front, body.fork());
      window.addLast(next);
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the oldest chunk is of no use: nobody can join any more, and nobody here needs it. */
  private boolean spare() {
    return start > 0 && window.size() > LEAST && readers.stream().noneMatch(this::needsOldest);
  }

  private boolean needsOldest(SharedBody reader) {
    return !reader.fallen() && reader.position() < start + CHUNK;
  }

  /** Makes room by the oldest chunk; those who are still at it get a moment, each of them once. */
  private byte[] evicted() throws InterruptedException {
    for (long wait = longestWait(); wait > 0; wait = longestWait()) {
      long asked = System.nanoTime();
      long left = changed.awaitNanos(wait);
      long waited = left <= 0 ? wait : System.nanoTime() - asked;
      readers.stream().filter(this::needsOldest).forEach(r -> r.waitedFor(waited));
    }
    Chunk oldest = window.removeFirst();
    for (SharedBody reader : readers) {
      if (needsOldest(reader)) {
        reader.fall(before(oldest, reader.position()));
      }
    }
    start = oldest.start + CHUNK;
    while (spare()) {
      window.removeFirst();
      start += CHUNK;
      pool.give(1);
    }
    return oldest.bytes;
  }

  private long longestWait() {
    return readers.stream().filter(this::needsOldest).mapToLong(SharedBody::patience).max().orElse(0);
  }

  private static Optional<Proof> before(Chunk chunk, long position) {
    return chunk.before.map(p -> {
      Proof own = p.fork();
      own.add(chunk.bytes, 0, Math.toIntExact(position - chunk.start));
      return own;
    });
  }

  /** A client is done, or gone; the others go on without it. */
  void leave(SharedBody reader) {
    lock.lock();
    try {
      if (!readers.remove(reader) || !readers.isEmpty()) {
        changed.signalAll();
        return;
      }
      closed = true;
      pool.give(Math.max(0, window.size() - 1));
      window.clear();
      if (source != null) {
        source.close();
      }
    } finally {
      lock.unlock();
    }
    empty.accept(this);
  }

  /** For tests: bytes that are in memory. */
  long held() {
    lock.lock();
    try {
      return (long) window.size() * CHUNK;
    } finally {
      lock.unlock();
    }
  }
}
