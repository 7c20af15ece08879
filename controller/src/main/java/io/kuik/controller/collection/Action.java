package io.kuik.controller.collection;

import io.kuik.model.CollectionReport;
import java.util.Optional;

/** The next thing to do about garbage collection. */
sealed interface Action {
  /** Nothing, until somebody asks or the schedule says so. */
  record Rest() implements Action {
  }

  /** Nothing yet. */
  record Wait(String why) implements Action {
  }

  /** Take note up to when the schedule has been seen to; of none, if there is no schedule. */
  record Remember(Optional<Registry.Seen> seen) implements Action {
  }

  /** Say no to a request, or to the schedule. */
  record Refuse(String why) implements Action {
  }

  /** Pause copies, and take note of what is to be restored. */
  record Begin(Run run) implements Action {
  }

  /** End the copies that run. */
  record StopCopies() implements Action {
  }

  /** Make the Job. */
  record Start(Run run) implements Action {
  }

  /** Take note that the Job is there. */
  record Started(Run run) implements Action {
  }

  /** End the Job: it takes too long. */
  record EndWork(Run run) implements Action {
  }

  /** Give the registry its pods back. */
  record Restore(int replicas) implements Action {
  }

  /** Take note of the end; copies go on. */
  record Finish(Run run, Optional<CollectionReport> report) implements Action {
  }
}
