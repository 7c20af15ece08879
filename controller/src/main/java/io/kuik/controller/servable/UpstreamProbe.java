package io.kuik.controller.servable;

import io.kuik.controller.rewrite.Untouched;
import io.kuik.model.ImageReference;
import io.kuik.model.ShortMemory;
import io.kuik.registry.RegistryException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks an image's upstream whether it gives the image to everybody: at most once at a time, and with a short
 * memory.
 */
public final class UpstreamProbe {
  /** How long an answer is believed, unless it is said otherwise. */
  private static final Duration POSITIVE = Duration.ofSeconds(60);
  private static final Duration NEGATIVE = Duration.ofSeconds(10);
  /** How long a registry that gave no answer is left alone. */
  private static final Duration SILENT = Duration.ofSeconds(30);
  private static final int REMEMBERED = 10_000;
  private static final int AT_ONCE = 64;

  /** The question itself: returns if the image can be had, throws if not. */
  public interface Question {
    /** One anonymous HEAD. */
    void head(ImageReference image);
  }

  private final Question question;
  private final InstantSource clock;
  private final Duration positive;
  private final Semaphore slots = new Semaphore(AT_ONCE);
  private final ShortMemory<ImageReference, Optional<Untouched>> answers;
  private final ShortMemory<String, Optional<Untouched>> silent;
  private final Map<ImageReference, CompletableFuture<Optional<Untouched>>> asking = new LinkedHashMap<>();

  /** The question runs on virtual threads of its own. */
  public UpstreamProbe(Question question, InstantSource clock) {
    this(question, clock, POSITIVE);
  }

  /** The same; {@code positive} is how long it is believed that an image can be had. */
  public UpstreamProbe(Question question, InstantSource clock, Duration positive) {
    this.question = question;
    this.clock = clock;
    this.positive = positive;
    this.answers = new ShortMemory<>(REMEMBERED, clock);
    this.silent = new ShortMemory<>(REMEMBERED, clock);
  }

  /** What stands in the way of serving the image from its upstream; waits no longer than the deadline. */
  public Optional<Untouched> obstacle(ImageReference image, Instant deadline) {
    CompletableFuture<Optional<Untouched>> pending;
    synchronized (this) {
      Optional<Optional<Untouched>> known = silent.find(image.registry()).or(() -> answers.find(image));
      if (known.isPresent()) {
        return known.get();
      }
      pending = asking.get(image);
      if (pending == null) {
        if (!slots.tryAcquire()) {
          return Optional
              .of(new Untouched("UpstreamBusy", "too many registries are being asked at the moment"));
        }
        pending = new CompletableFuture<>();
        asking.put(image, pending);
        var asked = pending;
        Thread.ofVirtual().name("probe").start(() -> ask(image, asked));
      }
    }
    return await(image, pending, deadline);
  }

  private Optional<Untouched> await(ImageReference image, CompletableFuture<Optional<Untouched>> pending,
      Instant deadline) {
    try {
      long left = Math.max(0, Duration.between(clock.instant(), deadline).toMillis());
      return pending.get(left, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      Untouched why = noAnswer(image);
      silent.keep(image.registry(), Optional.of(why), SILENT);
      return Optional.of(why);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of(noAnswer(image));
    } catch (ExecutionException e) {
      throw new IllegalStateException("a probe turns every failure into an answer", e);
    }
  }

  private static Untouched noAnswer(ImageReference image) {
    return new Untouched("UpstreamUnavailable", image.registry() + " did not answer in time");
  }

  private void ask(ImageReference image, CompletableFuture<Optional<Untouched>> pending) {
    Optional<Untouched> obstacle;
    boolean unavailable = false;
    try {
      question.head(image);
      obstacle = Optional.empty();
    } catch (RegistryException e) {
      unavailable = e instanceof RegistryException.Unavailable;
      obstacle = Optional
          .of(new Untouched("Upstream" + e.outcome().reason().replace("Upstream", ""),
              String.valueOf(e.getMessage())));
    } catch (RuntimeException | Error e) {
      // Whatever it is: who waits gets an answer, and the place is given back.
      obstacle = Optional.of(new Untouched("ProbeFailed", String.valueOf(e)));
    }
    slots.release();
    synchronized (this) {
      asking.remove(image);
      if (unavailable) {
        silent.keep(image.registry(), obstacle, SILENT);
      } else {
        silent.forget(image.registry());
        answers.keep(image, obstacle, obstacle.isEmpty() ? positive : NEGATIVE);
      }
    }
    pending.complete(obstacle);
  }
}
