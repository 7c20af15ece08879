package io.kuik.proxy.serve;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves images on the node's loopback addresses and nowhere else: it has no password to ask for.
 *
 * <p>
 * Pulls run on platform threads. A virtual thread is never taken off its carrier while its sockets are ready:
 * fifty fast pulls on two processors made new requests wait for seconds, and run out of time.
 */
public final class ImageServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ImageServer.class);
  private static final int BACKLOG = 1024;
  /** Bytes of stack; a pull calls nothing deep. */
  private static final int STACK = 256 << 10;
  /**
   * For a client to take 64 KiB: a node whose disk is busy may pause, one that has stopped never comes back.
   */
  private static final Duration READ = Duration.ofSeconds(60);
  private static final String V4 = "127.0.0.1";
  private static final String V6 = "::1";

  private final List<HttpServer> servers = new ArrayList<>();
  private final InFlight inFlight;
  private final WriteLimit writeLimit;

  /** Listens on 127.0.0.1, and on ::1 where there is one; port 0 is any free one. */
  public ImageServer(int port, HttpHandler handler, InFlight inFlight) throws IOException {
    this(port, handler, inFlight, READ);
  }

  /** With another limit for clients to read a piece of a response. */
  ImageServer(int port, HttpHandler handler, InFlight inFlight, Duration read) throws IOException {
    this.inFlight = inFlight;
    this.writeLimit = new WriteLimit(read);
    Executor threads = Executors
        .newCachedThreadPool(Thread.ofPlatform().daemon().name("pull-", 0).stackSize(STACK).factory());
    servers.add(listen(V4, port, handler, threads));
    try {
      servers.add(listen(V6, port(), handler, threads));
    } catch (IOException e) {
      LOG.info("images are not served on IPv6 address=[{}]:{} reason={}", V6, port(), e.getMessage());
    }
  }

  private HttpServer listen(String address, int port, HttpHandler handler, Executor threads)
      throws IOException {
    HttpServer server = HttpServer
        .create(new InetSocketAddress(InetAddress.getByName(address), port), BACKLOG);
    server.setExecutor(threads);
    server.createContext("/", handler).getFilters().add(writeLimit);
    server.start();
    return server;
  }

  /** The port that it listens on. */
  public int port() {
    return servers.getFirst().getAddress().getPort();
  }

  /** Takes no new connection, lets running pulls end until the limit, then cuts the others. */
  public boolean drain(Duration limit) throws InterruptedException {
    // Not waited for: the JDK's server counts cut exchanges as running for ever.
    int later = Math.toIntExact(limit.toSeconds()) + 10;
    servers.forEach(s -> Thread.ofVirtual().start(() -> s.stop(later)));
    return inFlight.drain(limit);
  }

  @Override
  public void close() {
    servers.forEach(s -> s.stop(0));
    writeLimit.close();
  }
}
