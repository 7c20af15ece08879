package io.kuik.cacheworker.copy;

import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.registry.Manifest;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Finds out what belongs to an image, from the cache where that has it, else from the image's registry. */
final class ImageLookup {
  private final UpstreamImage upstream;
  private final CachedRepository cached;
  private final WantedPlatforms wanted;
  /** Manifests that the cache had before. */
  private final Set<Digest> known = new HashSet<>();

  ImageLookup(UpstreamImage upstream, CachedRepository cached, WantedPlatforms wanted) {
    this.upstream = upstream;
    this.cached = cached;
    this.wanted = wanted;
  }

  /** The manifest that the image's name stands for now. */
  Manifest resolve() {
    Optional<Digest> digest = upstream.digest();
    digest.filter(d -> !d.algorithm().equals("sha256")).ifPresent(d -> {
      throw new CopyFailure(CopyOutcome.UNSUPPORTED, "The image's manifest " + d
          + " is named by another digest than sha256, which the cache can't store");
    });
    return digest.flatMap(this::fromCache).orElseGet(upstream::manifest);
  }

  /** All that belongs to it. */
  CopyPlan plan(Manifest top) {
    return new Planner(wanted, this::manifest).plan(top);
  }

  /** A manifest by digest; empty where neither has it. */
  Optional<Manifest> manifest(Digest digest) {
    return fromCache(digest).or(() -> upstream.manifest(digest));
  }

  /** Whether the cache had this manifest before. */
  boolean wasThere(Digest manifest) {
    return known.contains(manifest);
  }

  /** Every manifest that the cache has is one pull less that the upstream counts. */
  private Optional<Manifest> fromCache(Digest digest) {
    Optional<Manifest> there = cached.manifest(digest);
    there.ifPresent(m -> known.add(m.digest()));
    return there;
  }
}
