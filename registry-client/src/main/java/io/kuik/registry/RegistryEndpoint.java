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
 * @param insecure
 *          whether the user has said that neither TLS nor a certificate that we know is to be expected
 */
public record RegistryEndpoint(String name, URI base, boolean guarded, boolean insecure) {
  /**
   * The endpoint of an upstream registry; for those that the user calls insecure, whether they speak TLS is
   * found out when they are asked.
   */
  public static RegistryEndpoint upstream(String registry, Set<String> insecure) {
    String host = registry.equals(ImageReference.DOCKER_HUB) ? "registry-1.docker.io" : registry;
    boolean named = insecure.contains(registry);
    return new RegistryEndpoint(registry, URI.create((named ? "http://" : "https://") + host), true, named);
  }

  /** The endpoint of the cache registry. */
  public static RegistryEndpoint cache(URI base) {
    return new RegistryEndpoint(base.getAuthority(), base, false, false);
  }

  /** The same, at any address: for a registry that its user has on their own machine. */
  public RegistryEndpoint unguarded() {
    return new RegistryEndpoint(name, base, false, insecure);
  }
}
