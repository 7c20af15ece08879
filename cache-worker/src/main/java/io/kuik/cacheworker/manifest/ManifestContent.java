package io.kuik.cacheworker.manifest;

import java.util.List;

/** What a manifest points to. */
public sealed interface ManifestContent {
  /** An index or a manifest list: other manifests. */
  record Index(List<Descriptor> manifests) implements ManifestContent {
    /** Copies the list. */
    public Index {
      manifests = List.copyOf(manifests);
    }
  }

  /** An image or an artifact: its configuration first, then its layers. */
  record Image(List<Descriptor> blobs) implements ManifestContent {
    /** Copies the list. */
    public Image {
      blobs = List.copyOf(blobs);
    }
  }
}
