package io.kuik.e2e.story;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Moments within a step that lives for some seconds: spread evenly, another one in each round, the same ones
 * in each run. A step that was over before its moment is shorter than was thought: the later ones come
 * earlier.
 */
final class Moments {
  private final int rounds;
  private final List<String> met = new ArrayList<>();
  private final List<String> late = new ArrayList<>();
  private Duration span;

  /** The first moment is the beginning of the span. */
  Moments(int rounds, Duration span) {
    this.rounds = rounds;
    this.span = span;
  }

  private Duration of(int round) {
    return span.multipliedBy(round).dividedBy(rounds);
  }

  /** Waits until the moment of this round, from now on. */
  void await(int round) {
    try {
      Thread.sleep(of(round));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What was to happen to the step in this round did, or the step was over before. */
  void count(int round, boolean happened) {
    Duration moment = of(round);
    (happened ? met : late).add(Story.seconds(moment));
    if (!happened && !moment.isZero()) {
      span = moment;
    }
  }

  /** Whether at least half of the rounds were what they were meant to be. */
  boolean mostMet() {
    return met.size() >= late.size() && !met.isEmpty();
  }

  @Override
  public String toString() {
    return met.size() + " of " + (met.size() + late.size()) + " in time, after " + String.join(", ", met)
        + (late.isEmpty() ? "" : "; the step was over before " + String.join(", ", late));
  }
}
