package io.kuik.proxy.ops;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether images could be served: asks the image port as a client does. A proxy that serves as many pulls as
 * it can answers this nevertheless, and one that has as many connections as it can ends this one at once;
 * only one that is stuck lets it wait.
 */
public final class SelfCheck implements BooleanSupplier {
  private static final Logger LOG = LoggerFactory.getLogger(SelfCheck.class);
  private static final byte[] REQUEST = "HEAD /v2/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
      .getBytes(StandardCharsets.US_ASCII);
  /** Whoever can reach the port may ask; the answer is as good for all who ask in the same second. */
  private static final Duration GOOD = Duration.ofSeconds(1);

  private final int port;
  private final int limit;
  private long asked = System.nanoTime() - GOOD.toNanos();
  private boolean answered;

  /** Asks this port, and takes no answer within the limit for a bad one. */
  public SelfCheck(int port, Duration limit) {
    this.port = port;
    this.limit = Math.toIntExact(limit.toMillis());
  }

  @Override
  public synchronized boolean getAsBoolean() {
    if (System.nanoTime() - asked >= GOOD.toNanos()) {
      answered = ask();
      asked = System.nanoTime();
    }
    return answered;
  }

  private boolean ask() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), limit);
      socket.setSoTimeout(limit);
      socket.getOutputStream().write(REQUEST);
      // -1: it has as many connections as it can, and says so.
      int first = socket.getInputStream().read();
      return first == 'H' || first == -1;
    } catch (IOException e) {
      LOG.error("the image port gave no answer port={} error={}", port, e.toString());
      return false;
    }
  }
}
