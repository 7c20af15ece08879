package io.kuik.cacheworker.copy;

import io.kuik.cacheworker.manifest.Descriptor;
import io.kuik.cacheworker.manifest.ManifestContent;
import io.kuik.cacheworker.manifest.ManifestReader;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.model.Platform;
import io.kuik.registry.Manifest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private static final long BYTES = 24L << 20;
  /** What distribution takes of a manifest (its handler's maxManifestBodySize). */
  private static final int CACHE_LIMIT = 4 << 20;

  private final WantedPlatforms wanted;
  private final Function<Digest, Optional<Manifest>> source;
  private final Set<Digest> seen = new HashSet<>();
  private final Deque<Digest> path = new ArrayDeque<>();
  private final Set<String> offered = new TreeSet<>();
  private final List<CopyPlan.Child> children = new ArrayList<>();
  private final Map<Digest, String> leftOut = new LinkedHashMap<>();
  private int images;
  private long bytes;

  /** The source gives manifests by digest; empty where the registry has none of that digest. */
  Planner(WantedPlatforms wanted, Function<Digest, Optional<Manifest>> source) {
    this.wanted = wanted;
    this.source = source;
  }

  /** The plan for an image whose manifest is this one. */
  CopyPlan plan(Manifest top) {
    count(top);
    return switch (ManifestReader.read(top)) {
      case ManifestContent.Image image -> new CopyPlan(top, List.of(), checked(image), Map.of());
      case ManifestContent.Index index -> {
        path.push(top.digest());
        walk(index, false);
        if (images == 0) {
          throw new CopyFailure(CopyOutcome.UNSUPPORTED,
              offered.isEmpty()
                  ? "The image's index " + top.digest() + " lists no image"
                  : "The image has none of the wanted platforms " + wanted + "; it offers "
                      + String.join(", ", offered));
        }
        yield new CopyPlan(top, children, List.of(), leftOut);
      }
    };
  }

  private void walk(ManifestContent.Index index, boolean optional) {
    if (path.size() > DEPTH) {
      throw new CopyFailure(CopyOutcome.UNSUPPORTED,
          "The image's indexes are nested more than " + DEPTH + " deep");
    }
    List<Descriptor> runnable = index.manifests().stream().filter(e -> !e.attestation()).toList();
    runnable.stream().flatMap(e -> e.platform().stream()).map(Platform::toString).forEach(offered::add);
    Set<Digest> chosen = wanted.choose(runnable);
    runnable.stream().filter(e -> chosen.contains(e.digest())).forEach(e -> add(e, optional));
    index.manifests().stream().filter(Descriptor::attestation)
        .filter(e -> wanted.all() || e.subject().filter(chosen::contains).isPresent())
        .forEach(this::attestation);
  }

  /** What an image can do without must not keep it from being copied. */
  private void attestation(Descriptor entry) {
    try {
      add(entry, true);
    } catch (CopyFailure e) {
      if (e.outcome() != CopyOutcome.NOT_FOUND && e.outcome() != CopyOutcome.UNSUPPORTED) {
        throw e;
      }
      leftOut.put(entry.digest(), e.getMessage());
    }
  }

  private void add(Descriptor entry, boolean optional) {
    if (path.contains(entry.digest())) {
      throw new CopyFailure(CopyOutcome.UNSUPPORTED,
          "The image's index " + entry.digest() + " contains itself");
    }
    if (!seen.add(entry.digest())) {
      return;
    }
    if (seen.size() > MANIFESTS) {
      throw new CopyFailure(CopyOutcome.UNSUPPORTED,
          "The image's index leads to more than " + MANIFESTS + " manifests");
    }
    storable(entry.digest(), "manifest");
    String what = optional ? "attestation" : entry.platform().map(Platform::toString).orElse("no platform");
    Manifest manifest = source.apply(entry.digest())
        .orElseThrow(() -> new CopyFailure(CopyOutcome.NOT_FOUND,
            "The image's index lists " + entry.digest() + " (" + what
                + "), but its registry does not have it"));
    count(manifest);
    switch (ManifestReader.read(manifest)) {
      case ManifestContent.Image image -> {
        children.add(new CopyPlan.Child(manifest, what, checked(image), optional));
        images += optional ? 0 : 1;
      }
      case ManifestContent.Index index -> {
        path.push(entry.digest());
        try {
          walk(index, optional);
        } finally {
          path.pop();
        }
        children.add(new CopyPlan.Child(manifest, "index", List.of(), optional));
      }
    }
  }

  private void count(Manifest manifest) {
    if (manifest.bytes().length > CACHE_LIMIT) {
      throw new CopyFailure(CopyOutcome.UNSUPPORTED, "The manifest " + manifest.digest() + " has "
          + manifest.bytes().length + " bytes, and the cache registry takes " + CACHE_LIMIT + " at most");
    }
    bytes += manifest.bytes().length;
    if (bytes > BYTES) {
      throw new CopyFailure(CopyOutcome.UNSUPPORTED,
          "The image's manifests have more than " + BYTES + " bytes together");
    }
  }

  private static List<Descriptor> checked(ManifestContent.Image image) {
    for (Descriptor blob : image.blobs()) {
      storable(blob.digest(), "blob");
      if (blob.elsewhere()) {
        throw new CopyFailure(CopyOutcome.UNSUPPORTED, "The layer " + blob.digest()
            + " is not kept by the image's registry (a foreign layer, as of Windows base images)");
      }
    }
    return image.blobs();
  }

  /** Before anything is moved: the copy would fail at it after all else. */
  private static void storable(Digest digest, String what) {
    if (!digest.algorithm().equals("sha256")) {
      throw new CopyFailure(CopyOutcome.UNSUPPORTED, "The " + what + " " + digest
          + " is named by another digest than sha256, which the cache can't store");
    }
  }
}
