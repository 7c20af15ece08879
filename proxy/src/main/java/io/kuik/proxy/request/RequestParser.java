package io.kuik.proxy.request;

import io.kuik.model.CacheLocation;
import io.kuik.model.Digest;
import io.kuik.model.ImageReference;
import io.kuik.model.InvalidReferenceException;
import io.kuik.proxy.request.PullRequest.BlobRead;
import io.kuik.proxy.request.PullRequest.Invalid;
import io.kuik.proxy.request.PullRequest.ManifestRead;
import io.kuik.proxy.request.PullRequest.Ping;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a request line. Two forms name the upstream's registry: the first segment of the path, as in a
 * rewritten image name, and {@code ?ns=}, as containerd's registry mirrors have it.
 */
public final class RequestParser {
  private static final String API = "/v2/";
  private static final String MANIFESTS = "/manifests/";
  private static final String BLOBS = "/blobs/";
  private static final Pattern NAME = Pattern
      .compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final int MAX_NAME = 255;
  /** First segment of names that carry a namespace's right to a private image; see {@link #reserved}. */
  private static final String SCOPED = "ns__";

  private final Set<String> self;

  /**
   * Our own port: a node's wildcard mirror sends {@code ?ns=localhost:7439} with an already rewritten name.
   */
  public RequestParser(int port) {
    this.self = Set.of("localhost:" + port, "127.0.0.1:" + port, "[::1]:" + port);
  }

  /** The request, or why it is none. */
  public PullRequest parse(String method, URI uri) {
    String path = Optional.ofNullable(uri.getPath()).orElse("");
    if (!path.equals("/v2") && !path.startsWith(API)) {
      return unknown(path);
    }
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return new Invalid(new SpecError(405, "UNSUPPORTED",
          "the proxy of kube-image-keeper only serves reads; push to the upstream registry"));
    }
    if (path.length() <= API.length()) {
      return new Ping();
    }
    String rest = path.substring(API.length());
    int manifest = rest.lastIndexOf(MANIFESTS);
    int blob = rest.lastIndexOf(BLOBS);
    int cut = Math.max(manifest, blob);
    String reference = cut < 0
        ? ""
        : rest.substring(cut + (manifest > blob ? MANIFESTS : BLOBS).length());
    if (cut <= 0 || reference.isEmpty() || reference.indexOf('/') >= 0) {
      return unknown(path);
    }
    return named(rest.substring(0, cut), manifest > blob, reference, registry(uri));
  }

  private static PullRequest named(String name, boolean manifest, String reference,
      Optional<String> registry) {
    if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
      return invalid("NAME_INVALID", "\"" + shown(name) + "\" is no repository's name");
    }
    Optional<ImageReference> repository = registry.isPresent()
        ? mirrored(registry.get(), name)
        : rewritten(name);
    if (repository.isEmpty()) {
      return registry.isPresent()
          ? invalid("NAME_INVALID", "ns=" + shown(registry.get()) + " names no registry")
          : new Invalid(new SpecError(404, "NAME_UNKNOWN", "\"" + name
              + "\" names no image of an upstream; it must look like docker.io/library/nginx"));
    }
    return manifest ? manifest(repository.get(), reference) : blob(repository.get(), reference);
  }

  private static Optional<ImageReference> rewritten(String name) {
    return reserved(name)
        ? Optional.empty()
        : CacheLocation.upstream(name).flatMap(u -> image(u.registry() + "/" + u.repository()));
  }

  /** Images that needed a credential are not for whoever happens to know their path in the cache. */
  private static boolean reserved(String name) {
    return name.startsWith(CacheLocation.PRIVATE + "/") || name.startsWith(SCOPED);
  }

  private static Optional<ImageReference> mirrored(String registry, String name) {
    boolean host = registry.indexOf('/') < 0 && registry.indexOf('@') < 0
        && (registry.indexOf('.') >= 0 || registry.indexOf(':') >= 0 || registry.equals("localhost"));
    return host ? image(registry + "/" + name) : Optional.empty();
  }

  private static Optional<ImageReference> image(String name) {
    try {
      return Optional.of(ImageReference.parse(name + ":any"));
    } catch (InvalidReferenceException e) {
      return Optional.empty();
    }
  }

  private static PullRequest manifest(ImageReference repository, String reference) {
    try {
      ImageReference image = ImageReference
          .parse(repository.name() + (reference.indexOf(':') >= 0 ? "@" : ":") + reference);
      return new ManifestRead(image);
    } catch (InvalidReferenceException e) {
      return invalid(reference.indexOf(':') >= 0 ? "DIGEST_INVALID" : "TAG_INVALID",
          "\"" + shown(reference) + "\" is neither a tag nor a digest: "
              + shown(String.valueOf(e.getMessage())));
    }
  }

  private static PullRequest blob(ImageReference repository, String reference) {
    try {
      Digest digest = Digest.parse(reference);
      return new BlobRead(new ImageReference(repository.registry(), repository.repository(), Optional.empty(),
          Optional.of(digest)), digest);
    } catch (InvalidReferenceException e) {
      return invalid("DIGEST_INVALID", shown(String.valueOf(e.getMessage())));
    }
  }

  private Optional<String> registry(URI uri) {
    return Optional.ofNullable(uri.getRawQuery()).flatMap(
        q -> Arrays.stream(q.split("&")).filter(p -> p.startsWith("ns=")).map(p -> p.substring(3))
            .findFirst())
        .map(RequestParser::decoded).filter(ns -> !self.contains(ns));
  }

  private static String decoded(String parameter) {
    try {
      return URLDecoder.decode(parameter, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return parameter;
    }
  }

  private static PullRequest unknown(String path) {
    return new Invalid(new SpecError(404, "UNSUPPORTED", "there is nothing at \"" + shown(path)
        + "\"; served are /v2/, /v2/<name>/manifests/<tag or digest> and /v2/<name>/blobs/<digest>"));
  }

  private static PullRequest invalid(String code, String message) {
    return new Invalid(new SpecError(400, code, message));
  }

  private static String shown(String text) {
    return text.length() <= 300 ? text : text.substring(0, 300) + "...";
  }
}
