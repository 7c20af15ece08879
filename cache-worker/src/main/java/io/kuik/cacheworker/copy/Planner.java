package io.kuik.cacheworker.copy;

import io.kuik.cacheworker.manifest.Descriptor;
import io.kuik.cacheworker.manifest.ManifestContent;
import io.kuik.cacheworker.manifest.ManifestReader;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.model.Platform;
import io.kuik.registry.Manifest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Walks from an image's manifest to all that belongs to it on the wanted platforms. */
final class Planner {
  /** An index of indexes is legal and rare; deeper ones are somebody's trap. */
  private static final int DEPTH = 4;
  private static final int MANIFESTS = 500;
  /** All manifests of a copy are held in memory. */
  private static final long BYTES = 32L << 20;

  private final WantedPlatforms wanted;
  private final Function<Digest, Optional<Manifest>> source;
  private final Set<Digest> seen = new HashSet<>();
  private final Set<String> offered = new TreeSet<>();
  private final List<CopyPlan.Child> children = new ArrayList<>();
  private int images;
  private long bytes;

  /** The source gives manifests by digest; empty where the registry has none of that digest. */
  Planner(WantedPlatforms wanted, Function<Digest, Optional<Manifest>> source) {
    this.wanted = wanted;
    this.source = source;
  }

  /** The plan for an image whose manifest is this one. */
  CopyPlan plan(Manifest top) {
    return switch (ManifestReader.read(top)) {
      case ManifestContent.Image image -> new CopyPlan(top, List.of(), checked(image));
      case ManifestContent.Index index -> {
        walk(index, 1);
        if (images == 0) {
          throw new CopyFailure(CopyOutcome.UNSUPPORTED, "The image has none of the wanted platforms "
              + wanted + "; it offers " + (offered.isEmpty() ? "none" : String.join(", ", offered)));
        }
        yield new CopyPlan(top, children, List.of());
      }
    };
  }

  private void walk(ManifestContent.Index index, int depth) {
    if (depth > DEPTH) {
      throw new CopyFailure(CopyOutcome.UNSUPPORTED,
          "The image's indexes are nested more than " + DEPTH + " deep");
    }
    var chosen = new HashSet<Digest>();
    for (Descriptor entry : index.manifests()) {
      if (!entry.attestation()) {
        entry.platform().map(Platform::toString).ifPresent(offered::add);
        // An entry without platform may be for any: the runtime looks into its configuration.
        if (entry.platform().map(wanted::include).orElse(true)) {
          chosen.add(entry.digest());
          add(entry, depth);
        }
      }
    }
    for (Descriptor entry : index.manifests()) {
      if (entry.attestation() && (wanted.all() || entry.subject().filter(chosen::contains).isPresent())) {
        add(entry, depth);
      }
    }
  }

  private void add(Descriptor entry, int depth) {
    if (!seen.add(entry.digest())) {
      return;
    }
    if (seen.size() > MANIFESTS) {
      throw new CopyFailure(CopyOutcome.UNSUPPORTED,
          "The image's index leads to more than " + MANIFESTS + " manifests");
    }
    Optional<Manifest> found = source.apply(entry.digest());
    if (found.isEmpty() && entry.attestation()) {
      return;
    }
    Manifest manifest = found.orElseThrow(() -> new CopyFailure(CopyOutcome.NOT_FOUND,
        "The image's index lists " + entry.digest() + " for "
            + entry.platform().map(Platform::toString).orElse("no platform")
            + ", but its registry does not have it"));
    bytes += manifest.bytes().length;
    if (bytes > BYTES) {
      throw new CopyFailure(CopyOutcome.UNSUPPORTED,
          "The image's manifests have more than " + BYTES + " bytes together");
    }
    switch (ManifestReader.read(manifest)) {
      case ManifestContent.Image image -> {
        children.add(new CopyPlan.Child(manifest, checked(image), entry.attestation()));
        images += entry.attestation() ? 0 : 1;
      }
      case ManifestContent.Index index -> {
        walk(index, depth + 1);
        children.add(new CopyPlan.Child(manifest, List.of(), entry.attestation()));
      }
    }
  }

  private static List<Descriptor> checked(ManifestContent.Image image) {
    for (Descriptor blob : image.blobs()) {
      if (blob.elsewhere()) {
        throw new CopyFailure(CopyOutcome.UNSUPPORTED, "The layer " + blob.digest()
            + " is not kept by the image's registry (a foreign layer, as of Windows base images)");
      }
    }
    return image.blobs();
  }
}
