package io.kuik.registry;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * What the user says of the registries in their network.
 *
 * @param insecureRegistries
 *          spoken to in plain http
 * @param certificateAuthorities
 *          a folder of PEM files that are trusted beside the JDK's own
 * @param userAgent
 *          how we introduce ourselves
 */
public record RegistrySettings(Set<String> insecureRegistries, Optional<Path> certificateAuthorities,
    String userAgent) {
  /** Copies the set. */
  public RegistrySettings {
    insecureRegistries = Set.copyOf(insecureRegistries);
  }
}
