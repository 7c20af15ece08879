package io.kuik.cacheworker.copy;

import io.kuik.cacheworker.jib.CacheWriter;
import io.kuik.cacheworker.manifest.Descriptor;
import io.kuik.cacheworker.report.ByteSize;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.cacheworker.report.Progress;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.registry.Manifest;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies one image; {@link #run} is the table of contents. */
public final class ImageCopy {
  private static final Logger LOG = LoggerFactory.getLogger(ImageCopy.class);

  private final UpstreamImage upstream;
  private final CachedRepository cached;
  private final CacheWriter writer;
  private final String tag;
  private final WantedPlatforms wanted;
  private final Progress progress;
  private final BlobCopies blobs;
  /** Manifests that the cache had before. */
  private final Set<Digest> known = new HashSet<>();
  private boolean changed;

  /** The tag is set in the repository that both {@code cached} and {@code writer} stand for. */
  public ImageCopy(UpstreamImage upstream, CachedRepository cached, CacheWriter writer, String tag,
      WantedPlatforms wanted, Progress progress, Pause pause) {
    this.upstream = upstream;
    this.cached = cached;
    this.writer = writer;
    this.tag = tag;
    this.wanted = wanted;
    this.progress = progress;
    this.blobs = new BlobCopies(upstream, cached, writer, progress, pause);
  }

  /** Copies what is missing, the tag last, so that whatever the tag pointed to serves until then. */
  public CopyResult run() {
    Optional<Digest> before = cached.tag(tag);
    Manifest top = resolve();
    CopyPlan plan = plan(top);
    Set<Digest> missing = moveBlobs(plan);
    storeChildren(plan, missing);
    storeTagged(top, before);
    verify(top);
    CopyOutcome outcome = changed ? CopyOutcome.COPIED : CopyOutcome.ALREADY_CACHED;
    return new CopyResult(outcome, top.digest(), plan.size(), progress.movedBytes());
  }

  private Manifest resolve() {
    Optional<Manifest> there = upstream.digest().flatMap(this::fromCache);
    Manifest top = there.orElseGet(upstream::manifest);
    LOG.info("image resolved digest={} type={}", top.digest(), top.mediaType());
    return top;
  }

  private CopyPlan plan(Manifest top) {
    CopyPlan plan = new Planner(wanted, d -> fromCache(d).or(() -> upstream.manifest(d))).plan(top);
    progress.expect(CopyPlan.blobBytes(plan.blobs().values()));
    LOG.info("copy planned manifests={} layers={} bytes={}", plan.children().size() + 1, plan.blobs().size(),
        ByteSize.text(plan.size()));
    return plan;
  }

  /** Every manifest that the cache has is one pull less that the upstream counts. */
  private Optional<Manifest> fromCache(Digest digest) {
    Optional<Manifest> there = cached.manifest(digest);
    there.ifPresent(m -> known.add(m.digest()));
    return there;
  }

  private Set<Digest> moveBlobs(CopyPlan plan) {
    Set<Digest> missing = blobs.copy(plan.blobs().values());
    changed |= progress.movedBytes() > 0;
    return missing;
  }

  private void storeChildren(CopyPlan plan, Set<Digest> missing) {
    for (CopyPlan.Child child : plan.children()) {
      if (child.blobs().stream().map(Descriptor::digest).anyMatch(missing::contains)) {
        LOG.info("attestation left out, its registry lacks a part of it digest={}",
            child.manifest().digest());
      } else if (!known.contains(child.manifest().digest())) {
        store(child.manifest(), child.manifest().digest().toString());
      }
    }
  }

  private void storeTagged(Manifest top, Optional<Digest> before) {
    boolean tagged = before.equals(Optional.of(top.digest())) && known.contains(top.digest());
    if (!tagged) {
      store(top, tag);
    }
  }

  private void store(Manifest manifest, String reference) {
    writer.pushManifest(manifest, reference);
    changed = true;
  }

  private void verify(Manifest top) {
    Optional<Digest> now = cached.tag(tag);
    if (!now.equals(Optional.of(top.digest()))) {
      throw new CopyFailure(CopyOutcome.CORRUPT, "After the copy the cache registry has "
          + now.map(Digest::toString).orElse("nothing") + " under the tag instead of " + top.digest());
    }
  }
}
