package io.kuik.proxy.request;

import io.kuik.model.Digest;
import io.kuik.model.ImageReference;
import io.kuik.model.InvalidReferenceException;
import io.kuik.model.RewrittenName;
import io.kuik.proxy.request.PullRequest.BlobRead;
import io.kuik.proxy.request.PullRequest.CanaryRead;
import io.kuik.proxy.request.PullRequest.Invalid;
import io.kuik.proxy.request.PullRequest.ManifestRead;
import io.kuik.proxy.request.PullRequest.Ping;
import io.kuik.proxy.request.PullRequest.ReferrersRead;
import io.kuik.proxy.request.PullRequest.TagsRead;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a request line. Two forms name the upstream's registry: the first segment of the path, as in a
 * rewritten image name, and {@code ?ns=}, as containerd's registry mirrors have it.
 */
public final class RequestParser {
  private static final String API = "/v2/";
  /** Names may have segments that are called like what follows them, so the last one counts. */
  private static final Pattern PATH = Pattern
      .compile("(.+)/(?:(manifests|blobs|referrers)/([^/]+)|(tags)/list)", Pattern.DOTALL);
  private static final Pattern NAME = Pattern
      .compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final int MAX_NAME = 255;

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
    Matcher parts = PATH.matcher(path.substring(API.length()));
    return parts.matches() ? named(parts, new Query(Optional.ofNullable(uri.getRawQuery()))) : unknown(path);
  }

  private PullRequest named(Matcher parts, Query query) {
    String name = parts.group(1);
    if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
      return invalid("NAME_INVALID", "\"" + shown(name) + "\" is no repository's name");
    }
    Optional<String> registry = query.value("ns").filter(ns -> !self.contains(ns));
    if (registry.isEmpty() && name.equals(RewrittenName.CANARY) && parts.group(2) != null
        && !parts.group(2).equals("referrers")) {
      return new CanaryRead(parts.group(2).equals("blobs"), parts.group(3));
    }
    Optional<ImageReference> image = registry.isPresent()
        ? mirrored(registry.get(), name)
        : RewrittenName.anyImage(name);
    if (image.isEmpty()) {
      return registry.isPresent()
          ? invalid("NAME_INVALID", "ns=" + shown(registry.get()) + " names no registry")
          : new Invalid(new SpecError(404, "NAME_UNKNOWN", "\"" + name
              + "\" names no image of an upstream; it must look like docker.io/library/nginx"));
    }
    return content(new Named(image.get(), name, registry), parts, query);
  }

  private static PullRequest content(Named of, Matcher parts, Query query) {
    return switch (Optional.ofNullable(parts.group(2)).orElse("tags")) {
      case "manifests" -> manifest(of.image(), parts.group(3));
      case "blobs" -> blob(of.image(), parts.group(3));
      case "referrers" -> query.passable() ? referrers(of, parts.group(3), query) : tooLong();
      default -> query.passable() ? tags(of, query) : tooLong();
    };
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

  private static PullRequest referrers(Named of, String reference, Query query) {
    try {
      return new ReferrersRead(of, Digest.parse(reference), query.passed());
    } catch (InvalidReferenceException e) {
      return invalid("DIGEST_INVALID", shown(String.valueOf(e.getMessage())));
    }
  }

  private static PullRequest tags(Named of, Query query) {
    Optional<String> most = query.value("n");
    if (most.isPresent() && !NUMBER.matcher(most.get()).matches()) {
      return invalid("PAGINATION_NUMBER_INVALID",
          "n=" + shown(most.get()) + " is no number of tags; it must be between 0 and 999999999");
    }
    OptionalInt number = most.map(n -> OptionalInt.of(Integer.parseInt(n))).orElseGet(OptionalInt::empty);
    return new TagsRead(of, number, query.value("last"), query.passed());
  }

  private static PullRequest tooLong() {
    return invalid("UNSUPPORTED", "what stands behind the question mark is too long, or not printable");
  }

  private static PullRequest unknown(String path) {
    return new Invalid(new SpecError(404, "UNSUPPORTED", "there is nothing at \"" + shown(path)
        + "\"; served are /v2/, and below /v2/<name>/: manifests/<tag or digest>, blobs/<digest>,"
        + " referrers/<digest> and tags/list"));
  }

  private static PullRequest invalid(String code, String message) {
    return new Invalid(new SpecError(400, code, message));
  }

  private static String shown(String text) {
    return text.length() <= 300 ? text : text.substring(0, 300) + "...";
  }
}
