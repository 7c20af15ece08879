package io.kuik.gcworker;

import io.kuik.model.CollectionReport;
import java.io.IOException;

/** One step of a garbage collection. */
interface Step {
  /** Does it, within the time that it has; the report is of its success. */
  CollectionReport run(Patience patience) throws IOException, StepFailure, InterruptedException;
}
