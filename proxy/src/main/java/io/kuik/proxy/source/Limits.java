package io.kuik.proxy.source;

import java.time.Duration;
import java.util.List;

/**
 * The time that registries get. An answer begins within ten seconds, of the thirty that containerd waits: the
 * cache, then the upstream; or the cache, the question whether a tag has moved, then the upstream.
 *
 * @param cacheConnect
 *          to reach the cache, which is a few hops away: what does not answer at once is not well
 * @param cacheAnswer
 *          for the cache to begin its answer
 * @param cacheStall
 *          between two bytes of the cache: longer, since a busy disk may pause in the middle of a blob
 * @param upstreamConnect
 *          to reach an upstream
 * @param upstreamAnswer
 *          for an upstream to begin its answer
 * @param upstreamStall
 *          between two bytes of an upstream
 * @param tagDecision
 *          for the HEAD of a tag that may have moved: after that the cache serves
 * @param movedAnswer
 *          for an upstream to begin its answer after it said that a tag has moved
 * @param resumes
 *          the pauses before each try to get the rest of a body that broke; a registry can restart in them
 */
public record Limits(Duration cacheConnect, Duration cacheAnswer, Duration cacheStall,
    Duration upstreamConnect, Duration upstreamAnswer, Duration upstreamStall, Duration tagDecision,
    Duration movedAnswer, List<Duration> resumes) {
  /** Those of the product. */
  public static final Limits DEFAULT = new Limits(Duration.ofMillis(250), Duration.ofSeconds(2),
      Duration.ofSeconds(15), Duration.ofSeconds(5), Duration.ofSeconds(7), Duration.ofSeconds(30),
      Duration.ofSeconds(2), Duration.ofSeconds(5),
      List.of(Duration.ZERO, Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(4)));

  /** Copies the list. */
  public Limits {
    resumes = List.copyOf(resumes);
  }
}
