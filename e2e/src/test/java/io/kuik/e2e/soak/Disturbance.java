package io.kuik.e2e.soak;

/** Something that is done to the cluster. */
interface Disturbance {
  /** Does it, and ends it if it doesn't end by itself. */
  void happen() throws InterruptedException;
}
