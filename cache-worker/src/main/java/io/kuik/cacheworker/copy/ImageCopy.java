package io.kuik.cacheworker.copy;

import io.kuik.cacheworker.jib.CacheWriter;
import io.kuik.cacheworker.manifest.Descriptor;
import io.kuik.cacheworker.report.ByteSize;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.cacheworker.report.Progress;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import io.kuik.registry.Manifest;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies one image; {@link #run} is the table of contents. */
public final class ImageCopy {
  /** Each of them is five questions to the image's registry. */
  private static final int SUBJECTS = 10;
  private static final Logger LOG = LoggerFactory.getLogger(ImageCopy.class);

  private final UpstreamImage upstream;
  private final CachedRepository cached;
  private final CacheWriter writer;
  private final String tag;
  private final Progress progress;
  private final Pause pause;
  private final ImageLookup lookup;
  private volatile BlobCopies blobs;
  private boolean changed;

  /** The tag is set in the repository that both {@code cached} and {@code writer} stand for. */
  public ImageCopy(UpstreamImage upstream, CachedRepository cached, CacheWriter writer, String tag,
      WantedPlatforms wanted, Progress progress, Pause pause) {
    this.upstream = upstream;
    this.pause = pause;
    this.cached = cached;
    this.writer = writer;
    this.tag = tag;
    this.progress = progress;
    this.lookup = new ImageLookup(upstream, cached, wanted);
    this.blobs = new BlobCopies(upstream, cached, writer, progress, pause);
  }

  /**
   * Copies what is missing, the tag last, so that whatever the tag pointed to serves until then; after it
   * what refers to the image, if that is wanted.
   */
  public CopyResult run(boolean withReferrers) {
    Optional<Digest> before = cached.tag(tag);
    Manifest top = lookup.resolve();
    LOG.info("image resolved digest={} type={}", top.digest(), top.mediaType());
    CopyPlan plan = plan(top);
    Set<Digest> missing = moveBlobs(plan);
    storeChildren(plan, missing);
    storeTagged(plan, before);
    if (withReferrers) {
      new Referrers(upstream, cached, writer, this::moveMore).copy(subjects(plan));
    }
    CopyOutcome outcome = changed ? CopyOutcome.COPIED : CopyOutcome.ALREADY_CACHED;
    return new CopyResult(outcome, top.digest(), plan.size(), progress.movedBytes());
  }

  /** Makes the run end soon, with a failure, and without leaving bytes of half a layer in the cache. */
  public void stop() {
    blobs.stop();
  }

  private CopyPlan plan(Manifest top) {
    CopyPlan plan = lookup.plan(top);
    progress.expect(CopyPlan.blobBytes(plan.blobs().values()));
    plan.leftOut()
        .forEach((digest, why) -> LOG.info("attestation left out digest={} reason={}", digest, why));
    LOG.info("copy planned platforms={} manifests={} layers={} bytes={}", String.join(",", plan.what()),
        plan.children().size() + 1, plan.blobs().size(), ByteSize.text(plan.size()));
    return plan;
  }

  private Set<Digest> moveBlobs(CopyPlan plan) {
    Set<Digest> missing = blobs.copy(plan.blobs().values());
    changed |= progress.movedBytes() > 0;
    return missing;
  }

  /** The index is signed by some, its manifests by others. */
  private static List<Digest> subjects(CopyPlan plan) {
    return Stream.concat(Stream.of(plan.top()),
        plan.children().stream().filter(c -> !c.attestation()).map(CopyPlan.Child::manifest))
        .map(Manifest::digest).limit(SUBJECTS).toList();
  }

  private void moveMore(Collection<CopyPlan.Blob> more) {
    blobs = new BlobCopies(upstream, cached, writer, progress, pause);
    blobs.copy(more);
  }

  private void storeChildren(CopyPlan plan, Set<Digest> missing) {
    for (CopyPlan.Child child : plan.children()) {
      if (child.blobs().stream().map(Descriptor::digest).anyMatch(missing::contains)) {
        LOG.info("attestation left out digest={} reason={}", child.manifest().digest(),
            "its registry lacks a part of it");
      } else if (!lookup.wasThere(child.manifest().digest())) {
        store(child.manifest(), child.manifest().digest().toString());
      }
    }
  }

  private void storeTagged(CopyPlan plan, Optional<Digest> before) {
    Manifest top = plan.top();
    if (!before.equals(Optional.of(top.digest())) || !lookup.wasThere(top.digest())) {
      try {
        store(top, tag);
      } catch (CopyFailure e) {
        throw wantsEveryPlatform(plan, e) ? sparse(e) : e;
      }
    }
    Optional<Digest> now = cached.tag(tag);
    if (!now.equals(Optional.of(top.digest()))) {
      throw CachedRepository.damaged(top.digest(),
          "has " + now.map(Digest::toString).orElse("nothing it could serve") + " under the tag instead of "
              + top.digest());
    }
  }

  /** Whether the registry misses a manifest that the index lists and that nobody wanted to copy. */
  private static boolean wantsEveryPlatform(CopyPlan plan, CopyFailure e) {
    String words = String.valueOf(e.getMessage());
    return ManifestType.isIndex(plan.top().mediaType()) && words.contains("BLOB_UNKNOWN")
        && plan.children().stream().noneMatch(c -> words.contains(c.manifest().digest().hex()));
  }

  private static CopyFailure sparse(CopyFailure e) {
    return new CopyFailure(CopyOutcome.UNSUPPORTED, e.getMessage() + ". The registry wants every platform of"
        + " an index: copy with --platforms=all, or use distribution 3 with"
        + " validation.manifests.indexes.platforms set to none", e);
  }

  /** What was written is read again: an answer of 201 says nothing of a file that was there before. */
  private void store(Manifest manifest, String reference) {
    writer.pushManifest(manifest, reference);
    changed = true;
    if (cached.manifest(manifest.digest()).isEmpty()) {
      throw CachedRepository.damaged(manifest.digest(),
          "took the manifest " + manifest.digest() + ", but can't serve it");
    }
  }
}
