package io.kuik.cacheworker;

import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CacheLocation;
import io.kuik.model.CopyOutcome;
import io.kuik.model.ImageReference;
import io.kuik.model.InvalidReferenceException;
import io.kuik.registry.Credential;
import io.kuik.registry.RegistryEndpoint;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * The registry to copy to, and where in it.
 *
 * @param any
 *          whether it is any registry, which may have a token service, rather than our cache
 * @param prefix
 *          of the repositories; empty, or with a slash at its end
 * @param exact
 *          the place that a user wants
 * @param mountFrom
 *          its repositories that may have the same layers
 */
record Destination(URI registry, Optional<Credential.Password> login, boolean any, String prefix,
    Optional<CacheLocation> exact, Set<String> mountFrom) {
  /** Each is one more question for each layer that is not there. */
  private static final int MOUNTS = 5;

  /** The cache registry, by its address. */
  static Destination cache(WorkerOptions.Target.Cache target, Optional<Credential.Password> login) {
    try {
      URI uri = URI.create(target.address().replaceFirst("/$", ""));
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getUserInfo() == null && uri.getPath().isEmpty()) {
        return new Destination(uri, login, false, "", Optional.empty(), mountable(target.mountFrom()));
      }
    } catch (IllegalArgumentException e) {
      // Falls through: text that is no address at all gets the same answer as one of another form.
    }
    throw invalid("--cache must look like http://registry:5000");
  }

  /** What was pulled with a credential must not get into a repository that everybody reads. */
  private static Set<String> mountable(Set<String> repositories) {
    if (repositories.size() > MOUNTS
        || repositories.stream().anyMatch(r -> r.startsWith(CacheLocation.PRIVATE + "/"))) {
      throw invalid("--mount-from takes at most " + MOUNTS + " repositories, none of them private");
    }
    return repositories;
  }

  /** A registry named as in an image, with a prefix for the repositories. */
  static Destination named(WorkerOptions.Target.Registry target, Set<String> insecure,
      Optional<Credential.Password> login) {
    ImageReference place = place(target);
    int slash = target.to().indexOf('/');
    String prefix = slash < 0 ? "" : target.to().substring(slash + 1) + "/";
    return new Destination(RegistryEndpoint.upstream(place.registry(), insecure).base(), login, true, prefix,
        target.as().map(as -> exact(place.registry(), prefix + as)), Set.of());
  }

  /** The place as an image's name, by which credentials are found. */
  static ImageReference place(WorkerOptions.Target.Registry target) {
    try {
      ImageReference place = ImageReference.parse(target.to() + "/image");
      if (!target.to().contains("://") && target.to().startsWith(place.registry())) {
        return place;
      }
    } catch (InvalidReferenceException e) {
      // Falls through, as above.
    }
    throw invalid("--to must look like registry.example.com:5000 or registry.example.com/prefix, without a"
        + " scheme; name a registry that speaks plain http in --insecure-registries, too");
  }

  private static CacheLocation exact(String registry, String name) {
    try {
      ImageReference image = ImageReference.parse(registry + "/" + name);
      if (image.digest().isEmpty() && image.registry().equals(registry)) {
        return new CacheLocation(image.repository(), image.tag().orElse("latest"));
      }
    } catch (InvalidReferenceException e) {
      // Falls through, as above.
    }
    throw invalid("--as must look like team/nginx:1.27");
  }

  /** Where an image goes whose place in a cache would be this one. */
  CacheLocation of(CacheLocation cached) {
    return exact.orElseGet(() -> new CacheLocation(prefix + cached.repository(), cached.tag()));
  }

  private static CopyFailure invalid(String message) {
    return new CopyFailure(CopyOutcome.INVALID, message);
  }
}
