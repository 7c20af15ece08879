package io.kuik.controller.cluster;

import io.kubernetes.client.extended.workqueue.DefaultRateLimitingQueue;
import io.kubernetes.client.extended.workqueue.RateLimitingQueue;
import io.kubernetes.client.extended.workqueue.ratelimiter.RateLimiter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names of things to look at, each by one thread at a time, and those that failed again later. */
public final class ReconcileQueue {
  private static final Logger LOG = LoggerFactory.getLogger(ReconcileQueue.class);
  private static final Duration STUCK = Duration.ofMinutes(5);

  private final RateLimitingQueue<String> queue = new DefaultRateLimitingQueue<>(
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("delayed").factory()),
      new Backoff());
  private final InstantSource clock;
  private final Set<Thread> workers = ConcurrentHashMap.newKeySet();
  private volatile Instant lastTurn;
  private volatile boolean stopped;

  /** The clock tells how long names have waited. */
  public ReconcileQueue(InstantSource clock) {
    this.clock = clock;
    this.lastTurn = clock.instant();
  }

  /** Has a name looked at soon; a name that waits already is not queued twice. */
  public void add(String name) {
    // A queue that was empty was nobody's neglect.
    if (queue.length() == 0) {
      lastTurn = clock.instant();
    }
    queue.add(name);
  }

  /** Looks at names with this function until the process ends; it returns when to look again. */
  public void work(int threads, Function<String, Optional<Duration>> reconcile) {
    for (int i = 0; i < threads; i++) {
      workers.add(Thread.ofVirtual().name("reconcile-" + i).start(() -> turns(reconcile)));
    }
  }

  /** Looks at no more names, and returns when those that are looked at are done, or so much later. */
  public void stop(Duration patience) throws InterruptedException {
    stopped = true;
    queue.shutDown();
    Instant end = Instant.now().plus(patience);
    for (Thread worker : workers) {
      if (!worker.join(Duration.between(Instant.now(), end))) {
        LOG.warn("a reconcile goes on after the end: thread={}", worker.getName());
      }
    }
  }

  private void turns(Function<String, Optional<Duration>> reconcile) {
    try {
      while (true) {
        String name = queue.get();
        if (name == null || stopped) {
          return;
        }
        turn(name, reconcile);
        lastTurn = clock.instant();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void turn(String name, Function<String, Optional<Duration>> reconcile) {
    try {
      Optional<Duration> again = reconcile.apply(name);
      queue.forget(name);
      again.ifPresent(delay -> queue.addAfter(name, delay));
    } catch (RuntimeException e) {
      LOG.warn("reconcile failed, tried again later: name={} tries={} error={}", name,
          queue.numRequeues(name) + 1, e.getMessage());
      LOG.debug("reconcile failed", e);
      queue.addRateLimited(name);
    } finally {
      queue.done(name);
    }
  }

  /** Whether names wait and nobody has taken one for minutes. */
  public boolean stuck() {
    return queue.length() > 0 && lastTurn.plus(STUCK).isBefore(clock.instant());
  }

  /** Doubles from 0.2 s to a minute; client-java's own lets a queue of failing items starve for minutes. */
  private static final class Backoff implements RateLimiter<String> {
    private static final long FIRST_MILLIS = 200;
    private static final int DOUBLINGS = 8;

    private final Map<String, Integer> failures = new ConcurrentHashMap<>();

    @Override
    public Duration when(String name) {
      int n = failures.merge(name, 1, Integer::sum);
      return Duration.ofMillis(FIRST_MILLIS << Math.min(n - 1, DOUBLINGS));
    }

    @Override
    public void forget(String name) {
      failures.remove(name);
    }

    @Override
    public int numRequeues(String name) {
      return failures.getOrDefault(name, 0);
    }
  }
}
