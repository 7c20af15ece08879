package io.kuik.proxy.serve;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import io.kuik.proxy.source.Body;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends responses whose client has stopped reading, for which the JDK's server would wait for ever. A thread
 * that waits in a socket channel closes it when it is interrupted; other threads of a pull are left alone.
 */
final class WriteLimit extends Filter implements AutoCloseable {
  private static final long NEVER = 0;

  private final Duration limit;
  private final Set<Response> responses = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** A piece of a response may take so long. */
  WriteLimit(Duration limit) {
    this.limit = limit;
    Thread.ofPlatform().daemon().name("write-limit").start(this::watch);
  }

  @Override
  public String description() {
    return "ends responses that nobody reads";
  }

  @Override
  public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
    var response = new Response(exchange.getResponseBody());
    exchange.setStreams(null, response);
    responses.add(response);
    try {
      chain.doFilter(exchange);
    } finally {
      responses.remove(response);
    }
  }

  private void watch() {
    try {
      while (!closed.await(limit.toMillis() / 10 + 1, TimeUnit.MILLISECONDS)) {
        long oldest = System.nanoTime() - limit.toNanos();
        responses.forEach(r -> r.endIfWaitingSince(oldest));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The body of one response, which knows since when its thread waits for the client. */
  private static final class Response extends FilterOutputStream {
    private final Thread thread = Thread.currentThread();
    private long since = NEVER;
    private boolean ended;

    Response(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[]{(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      // The JDK's server keeps a buffer of twice the largest write for as long as the connection lasts.
      for (int done = 0; done < length; done += Body.PIECE) {
        piece(bytes, offset + done, Math.min(Body.PIECE, length - done));
      }
    }

    private void piece(byte[] bytes, int offset, int length) throws IOException {
      begin();
      try {
        out.write(bytes, offset, length);
      } finally {
        end();
      }
    }

    @Override
    public void flush() throws IOException {
      begin();
      try {
        out.flush();
      } finally {
        end();
      }
    }

    @Override
    public void close() throws IOException {
      begin();
      try {
        out.close();
      } finally {
        end();
      }
    }

    private synchronized void begin() {
      long now = System.nanoTime();
      since = now == NEVER ? 1 : now;
    }

    /** The interrupt has done its work, and is not for what the thread does next. */
    private synchronized void end() throws IOException {
      since = NEVER;
      if (ended) {
        Thread.interrupted();
        throw new IOException("the client has stopped reading");
      }
    }

    synchronized void endIfWaitingSince(long oldest) {
      if (!ended && since != NEVER && since - oldest < 0) {
        ended = true;
        thread.interrupt();
      }
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
