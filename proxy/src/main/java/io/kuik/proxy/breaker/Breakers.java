package io.kuik.proxy.breaker;

import io.kuik.proxy.breaker.Breaker.Policy;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One breaker for each endpoint; the least used go when there are too many, since anybody can name hosts. */
public final class Breakers {
  private static final int LIMIT = 100;

  private final Policy policy;
  private final String purpose;
  private final InstantSource clock;
  private final Map<String, Breaker> breakers = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Breaker> eldest) {
      return size() > LIMIT;
    }
  };

  /** {@code purpose} follows the endpoints' names where people read them. */
  public Breakers(Policy policy, String purpose, InstantSource clock) {
    this.policy = policy;
    this.purpose = purpose;
    this.clock = clock;
  }

  /** The breaker of this endpoint. */
  public synchronized Breaker of(String endpoint) {
    return breakers.computeIfAbsent(endpoint, e -> new Breaker(e + purpose, policy, clock));
  }

  /** All that are known, in the order of their names. */
  public List<BreakerState> states() {
    List<Breaker> all;
    synchronized (this) {
      all = List.copyOf(breakers.values());
    }
    return all.stream().map(Breaker::state)
        .sorted((a, b) -> a.endpoint().compareTo(b.endpoint())).toList();
  }
}
