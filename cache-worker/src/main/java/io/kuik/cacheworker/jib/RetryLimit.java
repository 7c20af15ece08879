package io.kuik.cacheworker.jib;

import com.google.cloud.tools.jib.api.LogEvent;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Ends jib's retries early: it tries a refused connection for 54 s, which nothing configures. Jib logs each
 * retry before it makes it, and an exception out of that log ends the call.
 */
final class RetryLimit implements Consumer<LogEvent> {
  private static final String NEXT = "will be retried";

  private final long limit;
  private long since = System.nanoTime();

  RetryLimit(Duration limit) {
    this.limit = limit.toNanos();
  }

  void start() {
    since = System.nanoTime();
  }

  @Override
  public void accept(LogEvent event) {
    if (event.getMessage().contains(NEXT) && System.nanoTime() - since > limit) {
      throw new GaveUpException(event.getMessage());
    }
  }

  /** The registry did not answer within the limit. */
  static final class GaveUpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GaveUpException(String message) {
      super(message);
    }
  }
}
