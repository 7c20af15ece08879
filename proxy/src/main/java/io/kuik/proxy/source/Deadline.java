package io.kuik.proxy.source;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Ends what takes too long as a whole: names, tokens, redirects and several reads, of which the sockets' time
 * limits only know one at a time. An interrupted virtual thread closes the socket that it waits for.
 */
final class Deadline {
  private Deadline() {
  }

  /**
   * The result of {@code work}, if it is there in time; one that comes later is handed to {@code discard}.
   *
   * @throws TimeoutException
   *           if it is not
   */
  static <T> T within(Duration limit, Callable<T> work, Consumer<T> discard)
      throws TimeoutException, InterruptedException {
    var result = new CompletableFuture<T>();
    Thread worker = Thread.ofVirtual().start(() -> run(work, result, discard));
    try {
      return result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | InterruptedException e) {
      if (!result.completeExceptionally(e) && !result.isCompletedExceptionally()) {
        discard.accept(result.join());
      }
      worker.interrupt();
      throw e;
    } catch (ExecutionException e) {
      throw new IllegalStateException("work under a deadline must not throw", e.getCause());
    }
  }

  private static <T> void run(Callable<T> work, CompletableFuture<T> result, Consumer<T> discard) {
    try {
      T value = work.call();
      if (!result.complete(value)) {
        discard.accept(value);
      }
    } catch (Exception e) {
      result.completeExceptionally(e);
    }
  }
}
