package io.kuik.proxy.lists;

import io.kuik.proxy.request.PullRequest.ListRead;
import io.kuik.proxy.request.PullRequest.ReferrersRead;
import io.kuik.proxy.request.PullRequest.TagsRead;
import io.kuik.proxy.request.SpecError;
import io.kuik.proxy.serve.Outcome;
import io.kuik.proxy.source.ListSource;
import io.kuik.proxy.source.Source;
import io.kuik.registry.RegistryException;

/** Answers every question for a list. */
public final class Listings {
  /**
   * Tags that stand for signatures and other referrers, also cosign's own. They grow after the image was
   * cached, so they move like {@code latest} does.
   */
  public static final String MOVING_TAGS = "^sha256-[0-9a-f]{64}(\\.[a-z]+)?$";

  private final Tags tags;
  private final Referrers referrers;

  /** {@code upstreamTag} and {@code cacheTag} are asked for the tag that stands in for the referrers API. */
  public Listings(ListSource upstream, ListSource cache, Source upstreamTag, Source cacheTag) {
    tags = new Tags(upstream, cache);
    referrers = new Referrers(upstream, upstreamTag, cacheTag);
  }

  /** What the client gets. */
  public Outcome read(ListRead read) {
    return switch (read) {
      case TagsRead t -> tags.read(t);
      case ReferrersRead r -> referrers.read(r);
    };
  }

  static SpecError unusable(String who, RegistryException e) {
    return new SpecError(502, "UNKNOWN", who + " gave no usable answer: " + e.getMessage());
  }
}
