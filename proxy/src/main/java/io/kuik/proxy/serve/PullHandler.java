package io.kuik.proxy.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.kuik.proxy.ops.PullReport;
import io.kuik.proxy.request.Conditions;
import io.kuik.proxy.request.PullRequest;
import io.kuik.proxy.request.PullRequest.CanaryRead;
import io.kuik.proxy.request.PullRequest.ImageRead;
import io.kuik.proxy.request.PullRequest.Invalid;
import io.kuik.proxy.request.PullRequest.ListRead;
import io.kuik.proxy.request.PullRequest.Ping;
import io.kuik.proxy.request.RequestParser;
import io.kuik.proxy.request.SpecError;
import io.kuik.proxy.request.Wanted;
import io.kuik.proxy.serve.Outcome.NotModified;
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
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One pull from its request line to its log line. */
public final class PullHandler implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(PullHandler.class);
  private static final SpecError BUSY = new SpecError(503, "UNAVAILABLE",
      "the proxy on this node serves as many pulls as it can, or is stopping; try again",
      Optional.of(Duration.ofSeconds(1)));

  private static final Wanted HEAD = new Wanted(true, List.of(), Optional.empty());
  private static final int IGNORED_BODY = 64 << 10;

  private final RequestParser parser;
  private final ImageAnswers images;
  private final Function<ListRead, Outcome> lists;
  private final Function<CanaryRead, Outcome> canary;
  private final InFlight inFlight;
  private final Consumer<PullReport> reports;

  /** {@code reports} hears of every pull that ended. */
  public PullHandler(RequestParser parser, ImageAnswers images, Function<ListRead, Outcome> lists,
      Function<CanaryRead, Outcome> canary, InFlight inFlight, Consumer<PullReport> reports) {
    this.parser = parser;
    this.images = images;
    this.lists = lists;
    this.canary = canary;
    this.inFlight = inFlight;
    this.reports = reports;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    ignoreBody(exchange);
    long start = System.nanoTime();
    PullRequest request = parser.parse(exchange.getRequestMethod(), exchange.getRequestURI());
    Function<String, List<String>> headers = name -> exchange.getRequestHeaders().getOrDefault(name,
        List.of());
    Wanted wanted = Wanted.of(exchange.getRequestMethod(), headers);
    boolean entered = inFlight.enter();
    try {
      Outcome outcome = entered ? decide(request, wanted, Conditions.of(headers)) : busy(request);
      Transfer transfer = new ResponseWriter(exchange, wanted.head(), inFlight.piece()).send(outcome);
      report(exchange, request, outcome, transfer, Duration.ofNanos(System.nanoTime() - start));
      cut(transfer);
    } finally {
      if (entered) {
        inFlight.leave();
      }
    }
  }

  /** What a HEAD of an image would be answered, which nobody hears of; its content is closed. */
  public Outcome preview(ImageRead read) {
    Outcome outcome = decide(read, HEAD, new Conditions(List.of(), Optional.empty()));
    if (outcome instanceof Served served) {
      served.content().close();
    }
    return outcome;
  }

  /**
   * Reads need no body, and one that stays on the connection would end it in the middle of the answer. Read,
   * not skipped: skipping waits for the next request.
   */
  private static void ignoreBody(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readNBytes(IGNORED_BODY);
  }

  private Outcome decide(PullRequest request, Wanted wanted, Conditions conditions) {
    try {
      return switch (request) {
        case Ping _ -> new Pong();
        case Invalid invalid -> new Refused(invalid.error());
        case ImageRead read -> images.answer(read, wanted, conditions);
        case ListRead list -> lists.apply(list);
        case CanaryRead read -> canary.apply(read);
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
    String source = switch (outcome) {
      case Served served -> served.origin().word();
      case NotModified same -> same.origin().word();
      case Refused _,Pong _ -> "none";
    };
    String note = switch (outcome) {
      case Served served -> served.cacheSaid();
      case Refused refused -> refused.error().message();
      case NotModified _,Pong _ -> "";
    };
    Miss miss = switch (outcome) {
      case Served served -> served.miss();
      case Refused refused -> refused.miss();
      case NotModified _,Pong _ -> Miss.NONE;
    };
    String cut = transfer.end() == End.WHOLE ? "" : transfer.end().name().toLowerCase(Locale.ROOT);
    reports.accept(new PullReport(exchange.getRequestMethod(), subject(request), source, miss.word(),
        transfer.status(), transfer.bytes(), took, exchange.getRemoteAddress().getAddress().getHostAddress(),
        cut, note));
  }

  private static PullReport.Subject subject(PullRequest request) {
    return switch (request) {
      case ImageRead read ->
        new PullReport.Subject(read.kind(), read.image().registry(), read.image().canonical());
      case ListRead list ->
        new PullReport.Subject(list.kind(), list.of().image().registry(), list.of().image().name());
      case CanaryRead _ -> PullReport.Subject.CANARY;
      case Invalid _,Ping _ -> PullReport.Subject.NONE;
    };
  }
}
