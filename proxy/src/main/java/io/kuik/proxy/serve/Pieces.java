package io.kuik.proxy.serve;

import io.kuik.proxy.source.Body;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** The pieces of a body: each is asked for, and then taken. */
sealed interface Pieces extends AutoCloseable {
  /** Asks for the next one, into this buffer. */
  void ask(byte[] buffer);

  /** Bytes of the one that was asked for, or -1 at the end. */
  int take() throws IOException;

  /** Waits for one that was asked for and never taken: then nobody reads the body any more. */
  @Override
  void close();

  /** Those of a body, read ahead or not. */
  static Pieces of(Body body, boolean ahead) {
    return ahead ? new Ahead(body) : new InTurn(body);
  }

  /** Read by the one who takes them. */
  final class InTurn implements Pieces {
    private final Body body;
    private byte[] buffer = {};

    private InTurn(Body body) {
      this.body = body;
    }

    @Override
    public void ask(byte[] into) {
      buffer = into;
    }

    @Override
    public int take() throws IOException {
      return body.read(buffer, 0, buffer.length);
    }

    @Override
    public void close() {
      // What was not taken was never read.
    }
  }

  /** Each read by a thread of its own as soon as it is asked for. */
  final class Ahead implements Pieces {
    private final Body body;
    private @Nullable FutureTask<Integer> asked;

    private Ahead(Body body) {
      this.body = body;
    }

    @Override
    public void ask(byte[] buffer) {
      var task = new FutureTask<>(() -> body.read(buffer, 0, buffer.length));
      asked = task;
      Thread.ofVirtual().name("read-ahead").start(task);
    }

    @Override
    public int take() throws IOException {
      FutureTask<Integer> task = asked;
      if (task == null) {
        throw new IllegalStateException("nothing was asked for");
      }
      try {
        int n = task.get();
        asked = null;
        return n;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } catch (ExecutionException e) {
        asked = null;
        throw failure(e.getCause());
      }
    }

    private static IOException failure(@Nullable Throwable cause) {
      return switch (cause) {
        case IOException e -> e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case null, default -> new IOException(cause);
      };
    }

    @Override
    public void close() {
      boolean interrupted = false;
      while (asked != null) {
        try {
          take();
        } catch (IOException e) {
          interrupted |= Thread.interrupted();
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
