package io.kuik.registry;

import io.kuik.model.ImageReference;
import java.util.List;

/**
 * A server of a docker configuration, read as the kubelet does (Kubernetes' documentation, "Interpretation of
 * config.json"): each part of the host may be a glob, the port must be the same, and the path is the
 * beginning of the image's.
 */
record ServerPattern(String host, String port, String path) {

  /** Scheme and API version say nothing: {@code https://index.docker.io/v1/} is {@code index.docker.io}. */
  static ServerPattern parse(String server) {
    String bare = server.replaceFirst("^https?://", "");
    int slash = bare.indexOf('/');
    String place = slash < 0 ? bare : bare.substring(0, slash);
    String path = slash < 0 ? "" : bare.substring(slash);
    if (path.startsWith("/v1/") || path.startsWith("/v2/")) {
      path = path.substring("/v1".length());
    }
    int colon = place.lastIndexOf(':');
    return new ServerPattern(colon < 0 ? place : place.substring(0, colon),
        colon < 0 ? "" : place.substring(colon + 1), path.equals("/") ? "" : path);
  }

  /** What the kubelet sorts by, and what a server is called in a file that we write. */
  String key() {
    return host + (port.isEmpty() ? "" : ":" + port) + path;
  }

  boolean matches(ImageReference image) {
    ServerPattern target = parse(image.name());
    List<String> globs = List.of(host.split("\\.", -1));
    List<String> parts = List.of(target.host.split("\\.", -1));
    if (!port.equals(target.port) || globs.size() != parts.size() || !target.path.startsWith(path)) {
      return false;
    }
    for (int i = 0; i < parts.size(); i++) {
      if (!Glob.matches(globs.get(i), parts.get(i))) {
        return false;
      }
    }
    return true;
  }
}
