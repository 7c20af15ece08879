package io.kuik.controller.arming;

import io.kuik.controller.arming.Obstacle.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Decides what follows from a doubt: values in, one course out. */
final class DoubtRules {
  /**
   * How long the proxy must have been Ready: a pull that failed before says nothing of it. Kubelets tell of a
   * failed pull at once, of a pod's second one 10 to 15 s later.
   */
  static final Duration STEADY = Duration.ofSeconds(15);
  /** The same for a pull that timed out: runtimes give a connection 30 s. */
  static final Duration STEADY_SLOW = Duration.ofSeconds(45);
  /** A node's proof is not taken back twice within that, however often its pods find no proxy. */
  static final Duration APART = Duration.ofMinutes(5);
  /** Nor is it looked at more often than that because of them. */
  static final Duration LOOKS_APART = Duration.ofMinutes(1);
  /** Proofs taken back in a minute: each pauses rewriting for a canary's two or three seconds at least. */
  static final int A_MINUTE = 3;

  private DoubtRules() {
  }

  /** What to do. */
  enum Course {
    /** The node counts as unproven until a canary has been through. */
    TAKE_BACK("TakenBack"),
    /** A canary is sent, and rewriting goes on unless it fails. */
    LOOK_AGAIN("LookedAgain"),
    /** Nothing. */
    LEAVE("Left");

    private final String word;

    Course(String word) {
      this.word = word;
    }

    /** For the metric. */
    String word() {
      return word;
    }
  }

  /**
   * What is known.
   *
   * @param word
   *          the last word on the node
   * @param proxyReady
   *          since when its proxy has been Ready; empty if it isn't
   * @param takenBack
   *          when its proof was last taken back by a doubt
   * @param lookedAgain
   *          when it was last looked at again because of one
   * @param lately
   *          how many proofs were taken back in the last minute, in the whole cluster
   */
  record Facts(Optional<NodeWord> word, Optional<Instant> proxyReady, Optional<Instant> takenBack,
      Optional<Instant> lookedAgain, int lately, Instant now) {
    private boolean within(Optional<Instant> time, Duration past) {
      return time.filter(t -> now.isBefore(t.plus(past))).isPresent();
    }
  }

  /** The course. */
  static Course of(Doubt doubt, Facts facts) {
    Duration steady = doubt.slow() ? STEADY_SLOW : STEADY;
    // Without a Ready proxy rewriting pauses anyway, and begins again with it.
    if (!holdsNothingUp(facts.word()) || facts.proxyReady().isEmpty()
        || facts.within(facts.proxyReady(), steady)) {
      return Course.LEAVE;
    }
    if (!facts.within(facts.takenBack(), APART) && facts.lately() < A_MINUTE) {
      return Course.TAKE_BACK;
    }
    return facts.within(facts.takenBack(), LOOKS_APART) || facts.within(facts.lookedAgain(), LOOKS_APART)
        ? Course.LEAVE
        : Course.LOOK_AGAIN;
  }

  /** Rewriting pauses already for any other word, and for none. */
  private static boolean holdsNothingUp(Optional<NodeWord> word) {
    return word.filter(w -> switch (w) {
      case NodeWord.Proven _ -> true;
      case NodeWord.Failed f -> f.reason() == Reason.TAKES_NO_PODS;
    }).isPresent();
  }
}
