package io.kuik.proxy.source;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one idle connection to the cache registry. That it ends is how we know that the registry's pod has:
 * the next one may be another pod, on another disk. That it can be made again is a sign of life.
 */
public final class CacheWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CacheWatch.class);
  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  /** Something that ends idle connections stands between us, and says nothing about the registry. */
  private static final Duration SHORT = Duration.ofSeconds(5);
  /** Seconds: a node that vanished ends no connection. */
  private static final int PROBE = 15;

  private final String host;
  private final int port;
  private final Runnable connected;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile Socket socket = new Socket();

  /** {@code connected} hears of each new connection. */
  public CacheWatch(URI registry, Runnable connected) {
    this.host = registry.getHost().replaceAll("^\\[|]$", "");
    boolean secure = "https".equals(registry.getScheme());
    this.port = registry.getPort() >= 0 ? registry.getPort() : secure ? 443 : 80;
    this.connected = connected;
    this.thread = Thread.ofPlatform().daemon().name("cache-watch").start(this::run);
  }

  private void run() {
    Duration pause = PAUSE;
    do {
      long start = System.nanoTime();
      boolean stood = stand();
      boolean odd = stood && System.nanoTime() - start < SHORT.toNanos();
      pause = odd ? longer(pause) : PAUSE;
    } while (!ended(pause));
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
  }

  private boolean ended(Duration pause) {
    try {
      return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Until the connection ends; says whether there was one. */
  private boolean stand() {
    boolean stood = false;
    try (var next = new Socket()) {
      socket = next;
      next.connect(new InetSocketAddress(host, port), Math.toIntExact(CONNECT.toMillis()));
      keptAlive(next);
      stood = true;
      LOG.info("the cache registry can be reached");
      connected.run();
      InputStream in = next.getInputStream();
      while (in.read() >= 0) {
        // A registry that is asked nothing says nothing.
      }
      LOG.info("the cache registry ended a connection");
    } catch (IOException e) {
      LOG.debug("the cache registry can't be reached error={}", e.toString());
    }
    return stood;
  }

  @SuppressWarnings("unchecked")
  private static void keptAlive(Socket socket) throws IOException {
    socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    for (SocketOption<?> option : socket.supportedOptions()) {
      // Named, since not every runtime image has the module that they are declared in.
      if (option.name().equals("TCP_KEEPIDLE") || option.name().equals("TCP_KEEPINTERVAL")) {
        socket.setOption((SocketOption<Integer>) option, PROBE);
      }
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("a connection could not be closed error={}", e.toString());
    }
    thread.interrupt();
  }
}
