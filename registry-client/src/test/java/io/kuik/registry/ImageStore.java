package io.kuik.registry;

import io.kuik.model.Digest;

/** Where tests put the images that are to be copied: the fake registry or a real one. */
public interface ImageStore {
  /** Stores a blob. */
  Digest blob(String repository, byte[] bytes);

  /** Stores a manifest under its digest and a tag. */
  Digest manifest(String repository, String tag, String json, String mediaType);
}
