package io.kuik.proxy.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.kuik.model.ImageReference;
import io.kuik.proxy.ops.PullReport;
import io.kuik.proxy.request.PullRequest;
import io.kuik.proxy.request.PullRequest.ImageRead;
import io.kuik.proxy.request.PullRequest.Invalid;
import io.kuik.proxy.request.PullRequest.Ping;
import io.kuik.proxy.request.RequestParser;
import io.kuik.proxy.request.SpecError;
import io.kuik.proxy.request.Wanted;
import io.kuik.proxy.serve.Outcome.Pong;
import io.kuik.proxy.serve.Outcome.Refused;
import io.kuik.proxy.serve.Outcome.Served;
import io.kuik.proxy.serve.Transfer.End;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One pull from its request line to its log line. */
public final class PullHandler implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(PullHandler.class);
  private static final SpecError BUSY = new SpecError(503, "UNAVAILABLE",
      "the proxy on this node serves as many pulls as it can, or is stopping; try again",
      Optional.of(Duration.ofSeconds(1)));

  private final RequestParser parser;
  private final CacheFirst decision;
  private final InFlight inFlight;
  private final Consumer<PullReport> reports;

  /** {@code reports} hears of every pull that ended. */
  public PullHandler(RequestParser parser, CacheFirst decision, InFlight inFlight,
      Consumer<PullReport> reports) {
    this.parser = parser;
    this.decision = decision;
    this.inFlight = inFlight;
    this.reports = reports;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    long start = System.nanoTime();
    PullRequest request = parser.parse(exchange.getRequestMethod(), exchange.getRequestURI());
    Wanted wanted = Wanted.of(exchange.getRequestMethod(),
        name -> exchange.getRequestHeaders().getOrDefault(name, List.of()));
    boolean entered = inFlight.enter();
    try {
      Outcome outcome = entered ? decide(request, wanted) : busy(request);
      Transfer transfer = new ResponseWriter(exchange, wanted.head()).send(outcome);
      report(exchange, request, outcome, transfer, Duration.ofNanos(System.nanoTime() - start));
      cut(transfer);
    } finally {
      if (entered) {
        inFlight.leave();
      }
    }
  }

  private Outcome decide(PullRequest request, Wanted wanted) {
    try {
      return switch (request) {
        case Ping _ -> new Pong();
        case Invalid invalid -> new Refused(invalid.error());
        case ImageRead read -> decision.decide(read, wanted);
      };
    } catch (RuntimeException e) {
      LOG.error("a request failed by an error of the proxy request={}", request, e);
      return new Refused(new SpecError(500, "UNKNOWN", "an error in the proxy; its log says more"));
    }
  }

  private static Outcome busy(PullRequest request) {
    return request instanceof Ping ? new Pong() : new Refused(BUSY);
  }

  /** The server drops the connection of a handler that throws, and only then forgets it. */
  private static void cut(Transfer transfer) throws IOException {
    if (transfer.end() != End.WHOLE) {
      throw new IOException("the response is cut: " + transfer.end());
    }
  }

  private void report(HttpExchange exchange, PullRequest request, Outcome outcome, Transfer transfer,
      Duration took) {
    if (request instanceof Ping) {
      return;
    }
    Optional<ImageReference> image = request instanceof ImageRead read
        ? Optional.of(read.image())
        : Optional.empty();
    String kind = request instanceof ImageRead read ? read.kind() : "invalid";
    String source = outcome instanceof Served served ? served.origin().word() : "none";
    String note = switch (outcome) {
      case Served served -> served.cacheSaid();
      case Refused refused -> refused.error().message();
      case Pong _ -> "";
    };
    String cut = transfer.end() == End.WHOLE ? "" : transfer.end().name().toLowerCase(Locale.ROOT);
    reports.accept(new PullReport(exchange.getRequestMethod(), image, kind, source, transfer.status(),
        transfer.bytes(), took, exchange.getRemoteAddress().getAddress().getHostAddress(), cut, note));
  }
}
