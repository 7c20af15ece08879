package io.kuik.cacheworker.copy;

import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CopyOutcome;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistryRequest;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long the upstream is waited for, whether it is asked again when it has failed, and when. What takes
 * longer is left to the controller, which starts the copy again and holds other copies from that registry
 * back meanwhile.
 */
public final class Patience {
  /** For questions that are answered at once. */
  static final int QUESTIONS = 3;
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(16);
  /** A registry that asks for more than this is left alone. */
  private static final Duration ASKED = Duration.ofSeconds(60);
  /** For all waits of a run together: Kubernetes ends a Job after an hour. */
  private static final Duration TOGETHER = Duration.ofMinutes(10);
  private static final Duration SLICE = Duration.ofSeconds(1);
  private static final double HALF = 0.5;
  private static final double MILLIS = 1000;
  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

  private final Pause pause;
  private final DoubleSupplier random;
  private final Duration stall;
  private final AtomicLong waited = new AtomicLong();

  /**
   * Random numbers from 0 to 1 keep workers that failed together from asking again together; {@code stall} is
   * the limit for each wait for bytes.
   */
  public Patience(Pause pause, DoubleSupplier random, Duration stall) {
    this.stall = stall;
    this.pause = pause;
    this.random = random;
  }

  /** The request with the limits that hold for all. */
  RegistryRequest limited(RegistryRequest request) {
    return request.within(CONNECT, stall);
  }

  /**
   * The answer to a question that may be asked again.
   *
   * @throws RegistryException
   *           if the first failure is final
   * @throws CopyFailure
   *           if the last of several is
   */
  <T> T ask(Supplier<T> question) {
    for (int failures = 1;; failures++) {
      try {
        return question.get();
      } catch (RegistryException e) {
        Optional<Duration> wait = slow(e) ? Optional.empty() : next(failures, QUESTIONS, e);
        if (wait.isEmpty()) {
          throw failures == 1 ? e : CopyFailure.upstream(e, failures);
        }
        LOG.info("registry failed, asking it again failures={} in={} reason={}", failures,
            seconds(wait.get()), e.getMessage());
        await(wait.get(), () -> false);
      }
    }
  }

  /** Who took all the time that there is for an answer, would take it again. */
  private static boolean slow(RegistryException e) {
    return e.getCause() instanceof SocketTimeoutException;
  }

  /** How long to wait after so many failures in a row; empty if there is nothing to wait for. */
  Optional<Duration> next(int failures, int tries, Exception e) {
    if (failures >= tries || !passing(e)) {
      return Optional.empty();
    }
    Optional<Duration> asked = e instanceof RegistryException r
        ? r.retryAfter().filter(Duration::isPositive)
        : Optional.empty();
    if (asked.filter(a -> a.compareTo(ASKED) > 0).isPresent()) {
      return Optional.empty();
    }
    Duration wait = asked.map(a -> a.plusMillis(Math.round(random.getAsDouble() * MILLIS)))
        .orElseGet(() -> backoff(failures));
    return waited.addAndGet(wait.toMillis()) > TOGETHER.toMillis() ? Optional.empty() : Optional.of(wait);
  }

  /** Of what a registry answers, only this may be otherwise in a moment. */
  private static boolean passing(Exception e) {
    return switch (e) {
      case RegistryException.RateLimited limited -> !limited.exhausted() || limited.retryAfter().isPresent();
      case RegistryException.Unavailable u -> true;
      case RegistryException r -> false;
      default -> true;
    };
  }

  private Duration backoff(int failures) {
    Duration whole = FIRST.multipliedBy(1L << (failures - 1));
    Duration most = whole.compareTo(LONGEST) < 0 ? whole : LONGEST;
    return Duration.ofMillis(Math.round(most.toMillis() * (HALF + random.getAsDouble())));
  }

  /** Waits, or less if there is a reason to stop; a worker that is told to end has three seconds. */
  void await(Duration time, BooleanSupplier stopped) {
    Duration left = time;
    try {
      while (left.isPositive() && !stopped.getAsBoolean()) {
        Duration slice = left.compareTo(SLICE) < 0 ? left : SLICE;
        pause.forThis(slice);
        left = left.minus(slice);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CopyFailure(CopyOutcome.INTERRUPTED, "Waiting for the registry was interrupted");
    }
  }

  /** As the log shows it. */
  static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1fs", time.toMillis() / MILLIS);
  }
}
