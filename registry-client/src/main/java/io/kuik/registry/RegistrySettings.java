package io.kuik.registry;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * What the user says of the registries in their network.
 *
 * @param insecureRegistries
 *          spoken to in TLS without a look at their certificate, or in plain http if they know no TLS
 * @param certificateAuthorities
 *          a folder of PEM files that are trusted beside the JDK's own
 * @param proxies
 *          the HTTP proxies between us and upstream registries; the cache is never asked through one
 * @param userAgent
 *          how we introduce ourselves
 */
public record RegistrySettings(Set<String> insecureRegistries, Optional<Path> certificateAuthorities,
    HttpProxies proxies, String userAgent) {
  /** Copies the set. */
  public RegistrySettings {
    insecureRegistries = Set.copyOf(insecureRegistries);
  }

  /** Without any proxy. */
  public RegistrySettings(Set<String> insecureRegistries, Optional<Path> certificateAuthorities,
      String userAgent) {
    this(insecureRegistries, certificateAuthorities, HttpProxies.NONE, userAgent);
  }
}
