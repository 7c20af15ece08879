package io.kuik.cacheworker.copy;

import io.kuik.cacheworker.manifest.Descriptor;
import io.kuik.model.Digest;
import io.kuik.registry.Manifest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that has to be in the cache before the tag is set.
 *
 * @param top
 *          what the tag will point to
 * @param children
 *          the chosen manifests below it, each after those that it lists itself
 * @param own
 *          the blobs of {@code top} itself, where it is no index
 * @param leftOut
 *          why manifests that the image can do without don't come along
 */
record CopyPlan(Manifest top, List<Child> children, List<Descriptor> own, Map<Digest, String> leftOut) {
  CopyPlan {
    children = List.copyOf(children);
    own = List.copyOf(own);
    leftOut = Map.copyOf(leftOut);
  }

  /**
   * A manifest below the index.
   *
   * @param what
   *          a platform, or what else it is, for people
   * @param attestation
   *          whether the image is whole without it
   */
  record Child(Manifest manifest, String what, List<Descriptor> blobs, boolean attestation) {
    Child {
      blobs = List.copyOf(blobs);
    }
  }

  /** Every blob once; the map's value says whether the image can do without it. */
  Map<Digest, Blob> blobs() {
    var found = new LinkedHashMap<Digest, Blob>();
    own.forEach(b -> found.put(b.digest(), new Blob(b, false)));
    for (Child child : children) {
      for (Descriptor b : child.blobs()) {
        found.merge(b.digest(), new Blob(b, child.attestation()),
            (one, other) -> new Blob(one.descriptor(), one.optional() && other.optional()));
      }
    }
    return found;
  }

  /** A blob to copy, and whether the image is whole without it. */
  record Blob(Descriptor descriptor, boolean optional) {
  }

  /** What the image is copied for, for people: platforms, each once. */
  List<String> what() {
    return children.isEmpty()
        ? List.of("the one of the image")
        : children.stream().filter(c -> !c.attestation()).map(Child::what).distinct().toList();
  }

  /** Bytes of all blobs and manifests. */
  long size() {
    long manifests = top.bytes().length
        + children.stream().mapToLong(c -> c.manifest().bytes().length).sum();
    return manifests + blobBytes(blobs().values());
  }

  static long blobBytes(Collection<Blob> blobs) {
    return blobs.stream().mapToLong(b -> b.descriptor().size()).sum();
  }
}
