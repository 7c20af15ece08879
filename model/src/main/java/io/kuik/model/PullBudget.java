package io.kuik.model;

/**
 * How many pulls a registry still grants us, as its {@code ratelimit-limit} and {@code ratelimit-remaining}
 * headers say (Docker Hub's names; the number before {@code ;w=<seconds>}).
 */
public record PullBudget(long limit, long remaining) {
  /** Checks that the limit means something. */
  public PullBudget {
    if (limit <= 0 || remaining < 0) {
      throw new IllegalArgumentException("a pull budget needs a limit above and a rest not below zero");
    }
  }

  /** Whether at least this share of the limit, between 0 and 1, is left. */
  public boolean hasLeft(double share) {
    return remaining >= limit * share;
  }
}
