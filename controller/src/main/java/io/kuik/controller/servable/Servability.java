package io.kuik.controller.servable;

import io.kuik.controller.config.ControllerConfig.RewriteMode;
import io.kuik.controller.rewrite.Untouched;
import io.kuik.model.ImageReference;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Servable or untouched: an image is rewritten only when the proxy can really serve it. */
public final class Servability {
  /** What all questions of one admission may take together. */
  private static final Duration BUDGET = Duration.ofSeconds(1);

  private final RewriteMode mode;
  private final Supplier<Optional<String>> disarmed;
  private final Predicate<ImageReference> cached;
  private final UpstreamProbe probe;
  private final InstantSource clock;

  /**
   * Wires the three things that are asked.
   *
   * @param disarmed
   *          why nothing may be rewritten at the moment, if so
   * @param cached
   *          whether the cache is known to hold an image for everybody
   */
  public Servability(RewriteMode mode, Supplier<Optional<String>> disarmed, Predicate<ImageReference> cached,
      UpstreamProbe probe, InstantSource clock) {
    this.mode = mode;
    this.disarmed = disarmed;
    this.cached = cached;
    this.probe = probe;
    this.clock = clock;
  }

  /** Of these images, those that can't be served, and why; takes no longer than a second. */
  public Map<ImageReference, Untouched> obstacles(Collection<ImageReference> images) {
    if (mode == RewriteMode.ALWAYS) {
      return Map.of();
    }
    Optional<String> unarmed = disarmed.get();
    var found = new ConcurrentHashMap<ImageReference, Untouched>();
    if (unarmed.isPresent()) {
      images.forEach(i -> found.put(i, new Untouched("NotArmed", unarmed.get())));
      return found;
    }
    var deadline = clock.instant().plus(BUDGET);
    var threads = new LinkedHashMap<ImageReference, Thread>();
    for (ImageReference image : images) {
      if (cached.test(image) || threads.containsKey(image)) {
        continue;
      }
      if (mode == RewriteMode.CACHED) {
        found.put(image,
            new Untouched("NotCached", "it is not cached yet, and controllers.webhook.rewrite is Cached"));
      } else {
        // Taken back by the answer, so that a thread that fails never passes for a yes.
        found.put(image, new Untouched("ProbeFailed", "its registry could not be asked"));
        threads.put(image, Thread.ofVirtual().name("servable").start(() -> probe.obstacle(image, deadline)
            .ifPresentOrElse(why -> found.put(image, why), () -> found.remove(image))));
      }
    }
    join(threads.values());
    return Map.copyOf(found);
  }

  private static void join(Collection<Thread> threads) {
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
