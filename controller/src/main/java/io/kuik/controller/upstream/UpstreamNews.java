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
  /** Who waits for an answer asks again then, in case that nobody told of it. */
  private static final Duration RECHECK = Duration.ofMinutes(1);
  /** A registry that doesn't answer, or gets too many requests, is asked no patient question for so long. */
  static final Duration SILENCE = Duration.ofMinutes(10);

  private final Executor threads;
  private final Pause pause;
  private final Consumer<String> answered;
  private final InstantSource clock;
  private final Map<String, Lane> lanes = new HashMap<>();
  private final Map<String, Instant> silent = new HashMap<>();
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

  /** It has the image, and more was not asked. */
  public record Present(Instant at) implements Answer {
    @Override
    public String request() {
      return "";
    }
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
   *          asks; empty if it was only asked whether the image is there; throws what the registry's refusal
   *          means
   * @param patient
   *          whether it comes after all others, and not at all while the registry doesn't answer
   * @param request
   *          of a user who does not want to wait; empty if the time had come
   */
  public record Question(String key, ImageReference image, Function<ImageReference, Optional<String>> digest,
      boolean patient, String request) {
  }

  /** What one registry is still to be asked. */
  private record Lane(Deque<Question> usual, Deque<Question> patient) {
    Lane() {
      this(new ArrayDeque<>(), new ArrayDeque<>());
    }

    void add(Question question) {
      if (question.patient()) {
        patient.addLast(question);
      } else if (question.request().isEmpty()) {
        usual.addLast(question);
      } else {
        usual.addFirst(question);
      }
    }

    Optional<Question> next() {
      return Optional.ofNullable(usual.isEmpty() ? patient.pollFirst() : usual.pollFirst());
    }
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
   * Returns after how long to ask again, if no answer has come by then.
   */
  public Duration ask(Question question) {
    String registry = question.image().registry();
    boolean idle;
    synchronized (this) {
      Instant until = silent.getOrDefault(registry, Instant.MIN);
      if (question.patient() && clock.instant().isBefore(until)) {
        return Duration.between(clock.instant(), until);
      }
      if (!admits(question, registry)) {
        return again(question);
      }
      idle = !lanes.containsKey(registry);
      lanes.computeIfAbsent(registry, r -> new Lane()).add(question);
    }
    if (idle) {
      threads.execute(() -> work(registry));
    }
    return again(question);
  }

  private static Duration again(Question question) {
    return question.patient() ? SILENCE : RECHECK;
  }

  /** One question about an image is enough; one that can wait makes room for one that can't. */
  private boolean admits(Question question, String registry) {
    Question before = open.putIfAbsent(question.key(), question);
    if (before == null) {
      return true;
    }
    Lane lane = lanes.get(registry);
    boolean better = !question.patient() && before.patient() && lane != null && lane.patient.remove(before);
    if (better) {
      open.put(question.key(), question);
    }
    return better;
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
          learn(registry, answer);
        }
        answered.accept(question.key());
        pause.take(PAUSE);
        next = next(registry);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Thousands of patient questions to a registry that hangs would take a day; those who asked them will ask
   * again.
   */
  private void learn(String registry, Answer answer) {
    Instant now = clock.instant();
    silent.values().removeIf(until -> !now.isBefore(until));
    switch (answer) {
      case Failure f when f.outcome() == CopyOutcome.UPSTREAM_UNAVAILABLE
          || f.outcome() == CopyOutcome.RATE_LIMITED -> {
        silent.put(registry, now.plus(SILENCE));
        Optional.ofNullable(lanes.get(registry)).ifPresent(lane -> {
          lane.patient.forEach(question -> open.remove(question.key()));
          lane.patient.clear();
        });
      }
      case Failure f -> {
        // It says nothing of the registry, or that it answers.
      }
      case Digest d -> silent.remove(registry);
      case Present p -> silent.remove(registry);
    }
  }

  private synchronized Optional<Question> next(String registry) {
    Optional<Question> next = Optional.ofNullable(lanes.get(registry)).flatMap(Lane::next);
    if (next.isEmpty()) {
      lanes.remove(registry);
    }
    return next;
  }

  private Answer answer(Question question) {
    try {
      Optional<String> digest = question.digest().apply(question.image());
      return digest.<Answer>map(d -> new Digest(d, clock.instant(), question.request()))
          .orElseGet(() -> new Present(clock.instant()));
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
