package io.kuik.controller.cluster;

import io.kubernetes.client.extended.workqueue.DefaultWorkQueue;
import io.kubernetes.client.extended.workqueue.WorkQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names of things to look at, each by one thread at a time, and those that failed again later. */
public final class ReconcileQueue {
  private static final Logger LOG = LoggerFactory.getLogger(ReconcileQueue.class);
  private static final Duration STUCK = Duration.ofMinutes(5);
  private static final int SHORT = 16;

  private final WorkQueue<String> queue = new DefaultWorkQueue<>();
  private final PutOff putOff = new PutOff();
  private final Backoff backoff = new Backoff();
  private final InstantSource clock;
  private final Timing timing;
  private final Set<Thread> workers = ConcurrentHashMap.newKeySet();
  private final Consumer<Duration> waited;
  private final Map<String, Instant> since = new ConcurrentHashMap<>();
  private volatile Instant lastTurn;
  private volatile boolean stopped;

  /**
   * How long things take.
   *
   * @param soon
   *          how long what can be put off waits at least
   * @param pace
   *          how often it is looked whether the queue is short again
   */
  record Timing(Duration soon, Duration pace) {
    static final Timing USUAL = new Timing(Duration.ofMillis(500), Duration.ofMillis(2));
  }

  /** The clock tells how long names have waited; the second is told that, of each that was added. */
  public ReconcileQueue(InstantSource clock, Consumer<Duration> waited) {
    this(clock, waited, Timing.USUAL);
  }

  ReconcileQueue(InstantSource clock, Consumer<Duration> waited, Timing timing) {
    this.clock = clock;
    this.timing = timing;
    this.waited = waited;
    this.lastTurn = clock.instant();
    Thread.ofVirtual().name("put-off").start(this::bringBack);
  }

  /**
   * What could be put off can wait until the queue is short: a new image's first pod does not stand behind
   * thousands of pods that are only to be counted. And what waits here is counted once.
   */
  private void bringBack() {
    try {
      while (true) {
        String name = putOff.take();
        while (queue.length() >= SHORT) {
          Thread.sleep(timing.pace);
        }
        enqueue(name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Has a name looked at soon; a name that waits already is not queued twice. */
  public void add(String name) {
    wanted(name, clock.instant());
    enqueue(name);
  }

  private void enqueue(String name) {
    // A queue that was empty was nobody's neglect.
    if (queue.length() == 0) {
      lastTurn = clock.instant();
    }
    queue.add(name);
  }

  /** The same, but what is added many times until then is looked at once. */
  public void addSoon(String name) {
    wanted(name, clock.instant().plus(timing.soon));
    putOff.add(name, timing.soon);
  }

  private void wanted(String name, Instant time) {
    since.merge(name, time, (a, b) -> a.isBefore(b) ? a : b);
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
        taken(name);
        turn(name, reconcile);
        lastTurn = clock.instant();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Who was looked at earlier than it asked for has not waited. */
  private void taken(String name) {
    Instant now = clock.instant();
    Optional.ofNullable(since.remove(name))
        .ifPresent(t -> waited.accept(t.isBefore(now) ? Duration.between(t, now) : Duration.ZERO));
  }

  private void turn(String name, Function<String, Optional<Duration>> reconcile) {
    try {
      Optional<Duration> again = reconcile.apply(name);
      backoff.forget(name);
      again.ifPresent(delay -> putOff.add(name, delay));
    } catch (RuntimeException e) {
      LOG.warn("reconcile failed, tried again later: name={} tries={} error={}", name,
          backoff.failures(name) + 1, e.getMessage());
      LOG.debug("reconcile failed", e);
      putOff.add(name, backoff.next(name));
    } finally {
      queue.done(name);
    }
  }

  /** Whether names wait and nobody has taken one for minutes. */
  public boolean stuck() {
    return queue.length() > 0 && lastTurn.plus(STUCK).isBefore(clock.instant());
  }

  /** Doubles from 0.2 s to a minute; client-java's own lets a queue of failing items starve for minutes. */
  private static final class Backoff {
    private static final long FIRST_MILLIS = 200;
    private static final int DOUBLINGS = 8;

    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    Duration next(String name) {
      int n = counts.merge(name, 1, Integer::sum);
      return Duration.ofMillis(FIRST_MILLIS << Math.min(n - 1, DOUBLINGS));
    }

    void forget(String name) {
      counts.remove(name);
    }

    int failures(String name) {
      return counts.getOrDefault(name, 0);
    }
  }
}
