package io.kuik.cacheworker;

import io.kuik.model.Digest;
import io.kuik.registry.FakeRegistry;
import io.kuik.registry.ImageStore;

/** Puts images into the fake registry. */
record FakeStore(FakeRegistry registry) implements ImageStore {
  @Override
  public Digest blob(String repository, byte[] bytes) {
    return registry.putBlob(repository, bytes);
  }

  @Override
  public Digest manifest(String repository, String tag, String json, String mediaType) {
    return registry.putManifest(repository, tag, json, mediaType);
  }
}
