package io.kuik.proxy.stream;

import java.util.concurrent.atomic.LongAdder;

/** What operators can count of bodies on their way. */
public final class Counts {
  private final LongAdder joined = new LongAdder();
  private final LongAdder fellBehind = new LongAdder();
  private final LongAdder resumed = new LongAdder();

  void addJoined() {
    joined.increment();
  }

  void addFellBehind() {
    fellBehind.increment();
  }

  void addResumed() {
    resumed.increment();
  }

  /** Requests that were answered by another one's request to the upstream. */
  public long joined() {
    return joined.sum();
  }

  /** Clients that fell behind a shared download. */
  public long fellBehind() {
    return fellBehind.sum();
  }

  /** How often the rest of a body was had by another request. */
  public long resumed() {
    return resumed.sum();
  }
}
