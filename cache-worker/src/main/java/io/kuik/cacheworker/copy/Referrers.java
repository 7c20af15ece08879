package io.kuik.cacheworker.copy;

import io.kuik.cacheworker.jib.CacheWriter;
import io.kuik.cacheworker.manifest.Descriptor;
import io.kuik.cacheworker.manifest.ManifestContent;
import io.kuik.cacheworker.manifest.ManifestReader;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.model.Platform;
import io.kuik.registry.Manifest;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what refers to an image that is in the cache already: signatures, attestations, SBOMs. They are
 * found under cosign's tags, by the referrers API, and under the tag that stands in for it (OCI distribution
 * spec, "Referrers Tag Schema"); that tag is what the cache serves, because distribution 3 has no such API.
 * Whatever fails here, the image is cached.
 */
final class Referrers {
  /** A signature of an SBOM of an image, and no further. */
  private static final int DEPTH = 2;
  private static final int MANIFESTS = 50;
  private static final List<String> COSIGN = List.of(".sig", ".att", ".sbom");
  private static final Logger LOG = LoggerFactory.getLogger(Referrers.class);

  private final UpstreamImage upstream;
  private final CacheWriter writer;
  private final ImageLookup lookup;
  private final Consumer<Collection<CopyPlan.Blob>> mover;
  private final Set<Digest> seen = new HashSet<>();

  /** The mover brings blobs into the cache. */
  Referrers(UpstreamImage upstream, CachedRepository cached, CacheWriter writer,
      Consumer<Collection<CopyPlan.Blob>> mover) {
    this.upstream = upstream;
    this.writer = writer;
    this.lookup = new ImageLookup(upstream, cached, new WantedPlatforms(List.of(Platform.ALL)));
    this.mover = mover;
  }

  /** Copies those of each of these manifests. */
  void copy(List<Digest> subjects) {
    try {
      subjects.forEach(s -> subject(s, 1));
      LOG.info("referrers copied count={}", seen.size());
    } catch (CopyFailure e) {
      if (e.outcome() == CopyOutcome.INTERRUPTED) {
        throw e;
      }
      LOG.warn("referrers left out copied={} outcome={} reason={}", seen.size(), e.outcome().reason(),
          e.getMessage());
    }
  }

  private void subject(Digest subject, int depth) {
    String tag = subject.algorithm() + "-" + subject.hex();
    for (String kind : COSIGN) {
      upstream.tagged(tag + kind).filter(m -> fits(m.digest())).ifPresent(m -> image(m, tag + kind));
    }
    upstream.referrers(subject).or(() -> upstream.tagged(tag)).ifPresent(list -> list(list, tag, depth));
  }

  private void list(Manifest list, String tag, int depth) {
    if (!(ManifestReader.read(list) instanceof ManifestContent.Index index) || index.manifests().isEmpty()) {
      return;
    }
    for (Descriptor entry : index.manifests()) {
      if (fits(entry.digest())) {
        lookup.manifest(entry.digest()).ifPresent(m -> image(m, m.digest().toString()));
        if (depth < DEPTH) {
          subject(entry.digest(), depth + 1);
        }
      }
    }
    writer.pushManifest(list, tag);
  }

  private boolean fits(Digest digest) {
    if (seen.size() >= MANIFESTS) {
      LOG.info("referrer left out digest={} reason={}", digest,
          "an image gets " + MANIFESTS + " of them at most");
      return false;
    }
    return seen.add(digest);
  }

  private void image(Manifest manifest, String reference) {
    CopyPlan plan = lookup.plan(manifest);
    mover.accept(plan.blobs().values());
    plan.children().forEach(c -> writer.pushManifest(c.manifest(), c.manifest().digest().toString()));
    writer.pushManifest(manifest, reference);
    LOG.info("referrer copied digest={} as={}", manifest.digest(), reference);
  }
}
