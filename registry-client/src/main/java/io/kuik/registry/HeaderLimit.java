package io.kuik.registry;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends an exchange whose header takes too long as a whole: a registry that sends a byte now and then never
 * reaches the limit of a single read.
 */
final class HeaderLimit implements AutoCloseable {
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean reached;

  private final Duration limit;

  private HeaderLimit(Duration limit) {
    this.limit = limit;
  }

  /** From now on; a disconnected connection fails in the thread that waits for it. */
  static HeaderLimit start(Duration limit, HttpURLConnection connection) {
    var started = new HeaderLimit(limit);
    Thread.ofVirtual().name("header-limit").start(() -> started.await(connection));
    return started;
  }

  private void await(HttpURLConnection connection) {
    try {
      if (!over.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        reached = true;
        connection.disconnect();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What waits for the header. */
  interface Wait {
    /** Returns or fails at the limit. */
    RegistryResponse header() throws IOException;
  }

  /**
   * The header, in time; the JDK takes a header that breaks off for a whole one.
   *
   * @throws SocketTimeoutException
   *           if it was not there in time
   */
  RegistryResponse passed(Wait wait) throws IOException {
    try {
      RegistryResponse response = wait.header();
      if (!reached) {
        return response;
      }
      response.abort();
    } catch (IOException e) {
      if (!reached) {
        throw e;
      }
    }
    throw new SocketTimeoutException("no complete header within " + limit.toMillis() + " ms");
  }

  /** The header is there, or will never be. */
  @Override
  public void close() {
    over.countDown();
  }
}
