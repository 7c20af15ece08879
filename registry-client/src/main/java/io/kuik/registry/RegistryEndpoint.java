package io.kuik.registry;

import io.kuik.model.ImageReference;
import java.net.URI;
import java.util.Set;

/**
 * Where a registry listens.
 *
 * @param name
 *          how users call the registry, such as {@code docker.io}
 * @param base
 *          scheme, host and port
 * @param guarded
 *          whether addresses that only our own network should reach are refused (upstreams), or not (our
 *          cache)
 */
public record RegistryEndpoint(String name, URI base, boolean guarded) {
  /** The endpoint of an upstream registry; those that the user calls insecure are spoken to in plain http. */
  public static RegistryEndpoint upstream(String registry, Set<String> insecure) {
    String host = registry.equals(ImageReference.DOCKER_HUB) ? "registry-1.docker.io" : registry;
    return new RegistryEndpoint(registry,
        URI.create((insecure.contains(registry) ? "http://" : "https://") + host), true);
  }

  /** The endpoint of the cache registry. */
  public static RegistryEndpoint cache(URI base) {
    return new RegistryEndpoint(base.getAuthority(), base, false);
  }

  URI resolve(String path) {
    return URI.create(base + path);
  }
}
