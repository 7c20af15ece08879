package io.kuik.controller.cache;

import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import io.kuik.registry.Credential;
import io.kuik.registry.RealRegistry;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistrySettings;
import io.kuik.registry.RegistrySetup;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** A real registry as the cache, with the images that a test pushes. */
public final class CacheBed implements AutoCloseable {
  private final RealRegistry registry;

  /** Set up like this. */
  public CacheBed(RegistrySetup setup) throws IOException {
    registry = new RealRegistry(setup);
  }

  /** The registry as the controller sees it, in lists of two names a page. */
  public CacheRegistry tags() {
    return new CacheRegistry(
        new RegistryClient(new RegistrySettings(Set.of(), Optional.empty(), "test")), registry.uri(),
        () -> Credential.ANONYMOUS, 2);
  }

  /** Pushes an index with these children, whose mark makes its digest one of its own. */
  public Digest push(String repository, String tag, String mark, Digest... children) {
    var list = new StringBuilder();
    for (Digest child : children) {
      list.append(list.isEmpty() ? "" : ",").append("{\"mediaType\":\"").append(ManifestType.OCI_INDEX)
          .append("\",\"size\":1,\"digest\":\"").append(child).append("\"}");
    }
    return registry.manifest(repository, tag,
        "{\"schemaVersion\":2,\"mediaType\":\"" + ManifestType.OCI_INDEX + "\",\"manifests\":[" + list
            + "],\"annotations\":{\"mark\":\"" + mark + "\"}}",
        ManifestType.OCI_INDEX);
  }

  /** The status of a GET for a manifest. */
  public int status(String repository, Object version) {
    return registry.get("/v2/" + repository + "/manifests/" + version).status();
  }

  @Override
  public void close() {
    registry.close();
  }
}
