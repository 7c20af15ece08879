package io.kuik.cacheworker.copy;

import java.time.Duration;

/** Waiting before another try; tests don't. */
public interface Pause {
  /** Waits. */
  void forThis(Duration time) throws InterruptedException;
}
