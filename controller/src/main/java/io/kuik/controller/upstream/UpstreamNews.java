package io.kuik.controller.upstream;

import io.kuik.model.CopyOutcome;
import io.kuik.model.ImageReference;
import io.kuik.registry.RegistryException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Asks registries what images are by now, beside those who want to know: one image after the other of each
 * registry, with a pause between, so that neither a registry that hangs nor a start with thousands of images
 * matters to anybody else.
 */
public final class UpstreamNews {
  /** Five questions a second for each registry; a registry does not count them as pulls. */
  static final Duration PAUSE = Duration.ofMillis(200);

  private final Executor threads;
  private final Pause pause;
  private final Consumer<String> answered;
  private final InstantSource clock;
  private final Map<String, Deque<Question>> lanes = new HashMap<>();
  private final Map<String, Question> open = new HashMap<>();
  private final Map<String, Answer> answers = new HashMap<>();

  /** Waits between two questions. */
  public interface Pause {
    /** Until this has passed. */
    void take(Duration time) throws InterruptedException;
  }

  /** What a registry said of an image, and when, and the user's request that it answers. */
  public sealed interface Answer {
    /** When. */
    Instant at();

    /** The value of the annotation that asked for it; empty if the time had come. */
    String request();
  }

  /** The image has this digest. */
  public record Digest(String digest, Instant at, String request) implements Answer {
  }

  /** It didn't give the image. */
  public record Failure(CopyOutcome outcome, String message, Optional<Duration> retryAfter, Instant at,
      String request) implements Answer {
  }

  /**
   * A question about an image.
   *
   * @param key
   *          the image, for who gets the answer
   * @param digest
   *          asks; throws what the registry's refusal means
   * @param request
   *          of a user who does not want to wait; empty if the time had come
   */
  public record Question(String key, ImageReference image, Function<ImageReference, String> digest,
      String request) {
  }

  /** Runs on these threads, and tells of each answer that has come. */
  public UpstreamNews(Executor threads, Pause pause, Consumer<String> answered, InstantSource clock) {
    this.threads = threads;
    this.pause = pause;
    this.answered = answered;
    this.clock = clock;
  }

  /**
   * Has it asked when its turn comes; a user's request comes first. What is being asked is not asked twice.
   */
  public void ask(Question question) {
    String registry = question.image().registry();
    boolean idle;
    synchronized (this) {
      if (open.putIfAbsent(question.key(), question) != null) {
        return;
      }
      idle = !lanes.containsKey(registry);
      Deque<Question> lane = lanes.computeIfAbsent(registry, r -> new ArrayDeque<>());
      if (question.request().isEmpty()) {
        lane.addLast(question);
      } else {
        lane.addFirst(question);
      }
    }
    if (idle) {
      threads.execute(() -> work(registry));
    }
  }

  /** The answer, once. */
  public synchronized Optional<Answer> take(String key) {
    return Optional.ofNullable(answers.remove(key));
  }

  private void work(String registry) {
    try {
      Optional<Question> next = next(registry);
      while (next.isPresent()) {
        Question question = next.get();
        Answer answer = answer(question);
        synchronized (this) {
          open.remove(question.key());
          answers.put(question.key(), answer);
        }
        answered.accept(question.key());
        pause.take(PAUSE);
        next = next(registry);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Optional<Question> next(String registry) {
    Optional<Question> next = Optional.ofNullable(lanes.get(registry)).map(Deque::pollFirst);
    if (next.isEmpty()) {
      lanes.remove(registry);
    }
    return next;
  }

  private Answer answer(Question question) {
    try {
      return new Digest(question.digest().apply(question.image()), clock.instant(), question.request());
    } catch (RegistryException e) {
      return new Failure(e.outcome(), String.valueOf(e.getMessage()), e.retryAfter(), clock.instant(),
          question.request());
    } catch (RuntimeException e) {
      // Whatever it is, such as an API server that does not give the Secrets: the lane goes on.
      return new Failure(CopyOutcome.INTERNAL, String.valueOf(e), Optional.empty(), clock.instant(),
          question.request());
    }
  }
}
