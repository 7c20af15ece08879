package io.kuik.gcworker;

import io.kuik.gcworker.cluster.KubernetesException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries again until something holds or the step's time is over: the API server may restart in the middle.
 *
 * @param end
 *          of the step
 */
record Patience(InstantSource clock, Instant end, Duration pause) {
  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
  /** So often in a row, 20 s: an API server that has just started doesn't know yet what it allows. */
  private static final int REFUSALS = 40;

  /** Something that may fail for a moment. */
  interface Attempt {
    /** Whether it holds. */
    boolean holds() throws IOException;
  }

  /** Returns when it holds; fails with the words when the time is over. */
  void await(String words, Attempt attempt) throws StepFailure, InterruptedException {
    String why = "";
    int refusals = 0;
    do {
      try {
        if (attempt.holds()) {
          return;
        }
        why = "";
        refusals = 0;
      } catch (KubernetesException e) {
        refusals = e.refused() ? refusals + 1 : 0;
        if (refusals > REFUSALS) {
          throw new StepFailure(words + ": " + e.getMessage());
        }
        why = tried(words, e);
      } catch (IOException e) {
        why = tried(words, e);
      }
      Thread.sleep(pause);
    } while (clock.instant().isBefore(end));
    throw new StepFailure(words + ": not within the time of this step" + (why.isEmpty() ? "" : "; " + why));
  }

  private static String tried(String words, IOException e) {
    LOG.warn("tried again: {} error=\"{}\"", words, e.toString());
    return e.toString();
  }
}
