package io.kuik.registry;

import java.net.URI;
import java.util.Map;
import java.util.Set;

/** Whether a token service that a registry names may see the registry's credential. */
final class Realm {
  /** Registries whose token service has another domain; both ends belong to the same operator. */
  private static final Map<String, Set<String>> KNOWN = Map.of("docker.io", Set.of("auth.docker.io"),
      "lscr.io",
      Set.of("ghcr.io"), "registry.gitlab.com", Set.of("gitlab.com"));

  private Realm() {
  }

  /**
   * Trusted are the registry's own host, hosts of the same registrable domain, and the known pairs. Without
   * the list of public suffixes, a domain of two labels counts as registrable unless its first label is as
   * short as that of co.uk.
   */
  static boolean mayHaveCredential(RegistryEndpoint endpoint, URI realm) {
    String host = realm.getHost();
    String registry = endpoint.base().getHost();
    if (host == null || registry == null || !schemeIsSafe(endpoint, realm)) {
      return false;
    }
    return host.equals(registry) || KNOWN.getOrDefault(endpoint.name(), Set.of()).contains(host)
        || related(host, registry);
  }

  /** A registry in plain http may have its token service in plain http; any other must use TLS. */
  static boolean schemeIsSafe(RegistryEndpoint endpoint, URI realm) {
    return "https".equals(realm.getScheme()) || endpoint.base().getScheme().equals(realm.getScheme());
  }

  /** Whether two hosts are of one domain. */
  static boolean related(String a, String b) {
    String shared = parent(a).equals(parent(b))
        ? parent(a)
        : a.equals(parent(b)) ? a : b.equals(parent(a)) ? b : "";
    int dot = shared.indexOf('.');
    return dot > 3 || shared.indexOf('.', dot + 1) > 0;
  }

  private static String parent(String host) {
    return host.substring(host.indexOf('.') + 1);
  }
}
