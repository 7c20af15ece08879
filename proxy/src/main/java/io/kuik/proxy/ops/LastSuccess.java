package io.kuik.proxy.ops;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** When each source last served something whole. */
public final class LastSuccess implements Consumer<PullReport> {
  private static final int ERRORS = 400;

  private final InstantSource clock;
  private final Map<String, Instant> times = new ConcurrentHashMap<>();

  /** Nothing was served yet. */
  public LastSuccess(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void accept(PullReport pull) {
    if (pull.status() < ERRORS && pull.cut().isEmpty() && !pull.source().equals("none")) {
      times.put(pull.source(), clock.instant());
    }
  }

  /** When this source did, if ever. */
  public Optional<Instant> of(String source) {
    return Optional.ofNullable(times.get(source));
  }
}
