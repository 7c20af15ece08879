package io.kuik.controller.admission;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.kuik.controller.ops.ControllerMetrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTPS server that the API server asks about pods. */
public final class WebhookServer {
  /** Where the MutatingWebhookConfiguration points. */
  public static final String PATH = "/mutate-core-v1-pod";

  private static final Logger LOG = LoggerFactory.getLogger(WebhookServer.class);
  /** A review carries the pod twice, and etcd takes objects of up to 1.5 MiB. */
  private static final int BODY_LIMIT = 7 << 20;
  private static final int BACKLOG = 1024;
  /** The API server gives up after 5 s; by then it must have its answer, and registries may take 1 s. */
  private static final Duration WAIT = Duration.ofSeconds(3);

  private final Admission admission;
  private final ControllerMetrics metrics;
  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ReviewRoom room = new ReviewRoom(WAIT);
  private volatile boolean draining;

  /** Binds the port; {@link #start} answers. */
  public WebhookServer(int port, ServerCertificate certificate, Admission admission,
      ControllerMetrics metrics)
      throws IOException, GeneralSecurityException {
    this.admission = admission;
    this.metrics = metrics;
    this.server = HttpsServer.create(new InetSocketAddress(port), BACKLOG);
    server.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  /** Starts answering. */
  public void start() {
    server.start();
    LOG.info("webhook listening port={}", port());
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /**
   * Goes on to answer, and asks clients to come back on another connection: by then the Service knows of
   * other replicas only.
   */
  public void drain() {
    draining = true;
  }

  /** Finishes the reviews that are under way, and ends. */
  public void stop(int seconds) {
    server.stop(seconds);
    threads.shutdown();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (draining) {
        exchange.getResponseHeaders().set("Connection", "close");
      }
      if (!exchange.getRequestURI().getPath().equals(PATH)) {
        exchange.sendResponseHeaders(404, -1);
      } else if (!exchange.getRequestMethod().equals("POST")) {
        exchange.sendResponseHeaders(405, -1);
      } else {
        review(exchange);
      }
    }
  }

  private void review(HttpExchange exchange) throws IOException {
    long start = System.nanoTime();
    if (!room.body(length(exchange), start, () -> read(exchange, start))) {
      exchange.sendResponseHeaders(503, -1);
    }
  }

  private static long length(HttpExchange exchange) {
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    // The server has refused what is no number.
    return length == null ? -1 : Long.parseLong(length.strip());
  }

  private void read(HttpExchange exchange, long start) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(BODY_LIMIT + 1);
    int values = body.length > BODY_LIMIT ? Integer.MAX_VALUE : JsonSize.values(body);
    if (values > ReviewRoom.VALUES) {
      LOG.warn("review refused, it is too large: bytes={} values={}", body.length, values);
      exchange.sendResponseHeaders(413, -1);
    } else if (!room.text(values, start, () -> answer(exchange, body, start))) {
      exchange.sendResponseHeaders(503, -1);
    }
  }

  private void answer(HttpExchange exchange, byte[] body, long start) throws IOException {
    Optional<byte[]> answer = admission.review(body);
    if (answer.isEmpty()) {
      exchange.sendResponseHeaders(400, -1);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, answer.get().length);
    exchange.getResponseBody().write(answer.get());
    metrics.reviewed((System.nanoTime() - start) / 1e9);
  }
}
