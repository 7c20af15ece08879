package io.kuik.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name under which a pod gets an image from its node's proxy:
 * {@code localhost:7439/docker.io/library/nginx:latest}.
 *
 * <p>
 * Names that version 1 wrote are read as well: it put what a pod's author wrote behind the port, as in
 * {@code localhost:7439/nginx}.
 */
public record RewrittenName(int port) {
  /** Longer names end as InvalidImageName in kubelet. */
  public static final int MAX_LENGTH = 255;
  /**
   * Repository of the image that each proxy makes itself; its first segment has no dot and no port, so it is
   * no registry's name.
   */
  public static final String CANARY = "kuik-canary/probe";

  private static final String CANARIES = CANARY.substring(0, CANARY.indexOf('/') + 1);
  /** First segment of names that carry a namespace's right to a private image; see {@link #reserved}. */
  private static final String SCOPED = "ns__";
  /**
   * An address with a port, as version 1 wrote it. No host is called so: the last label of a name begins with
   * a letter (RFC 1123, section 2.1). Of {@code registry.team-5000} that can't be said, it may be the Service
   * {@code registry} in the namespace {@code team-5000}; such a name is read as we write it.
   */
  private static final Pattern ADDRESS = Pattern
      .compile("([0-9]{1,3}(?:\\.[0-9]{1,3}){3})-([0-9]+)(/.+)");
  /** A host with a port, as version 1 wrote it, or somebody at Docker Hub. */
  private static final Pattern AMBIGUOUS = Pattern.compile("[^/]+-[0-9]+/.+");

  /** The rewritten name; it keeps a tag and a digest that stand together. */
  public String of(ImageReference image) {
    return prefix() + CacheLocation.segment(image.registry()) + "/" + image.repository()
        + image.tag().map(t -> ":" + t).orElse("") + image.digest().map(d -> "@" + d).orElse("");
  }

  /** Whether the image's repository, rewritten, stays within kubelet's limit. */
  public boolean fits(ImageReference image) {
    return (prefix() + CacheLocation.segment(image.registry()) + "/" + image.repository())
        .length() <= MAX_LENGTH;
  }

  /** The name of the image that a proxy makes itself. */
  public String canary() {
    return prefix() + CANARY + ":1";
  }

  /** Whether the name is one of ours. */
  public boolean matches(String name) {
    return name.startsWith(prefix());
  }

  /** The image that a rewritten name stands for; empty if the name was never rewritten. */
  public Optional<ImageReference> original(String name) {
    if (!matches(name)) {
      return Optional.empty();
    }
    String rest = name.substring(prefix().length());
    return Optional.of(plain(rest).map(ImageReference::parse).orElseThrow(
        () -> new InvalidReferenceException(name, "a rewritten name must name the upstream's registry")));
  }

  /**
   * Any image of the repository that a repository's name at the proxy stands for; empty if it stands for
   * none.
   */
  public static Optional<ImageReference> anyImage(String repository) {
    try {
      return plain(repository).map(r -> ImageReference.parse(r + ":any"));
    } catch (InvalidReferenceException e) {
      return Optional.empty();
    }
  }

  /** What stands behind the port, as a user would write it. */
  private static Optional<String> plain(String rest) {
    if (reserved(rest)) {
      return Optional.empty();
    }
    Matcher address = ADDRESS.matcher(rest);
    if (address.matches()) {
      return Optional.of(address.group(1) + ":" + address.group(2) + address.group(3));
    }
    int slash = rest.indexOf('/');
    String first = CacheLocation.registry(slash < 0 ? withoutVersion(rest) : rest.substring(0, slash));
    if (ImageReference.isRegistry(first)) {
      return slash < 0 ? Optional.empty() : Optional.of(first + rest.substring(slash));
    }
    // What can't be a registry's name is a name of Docker Hub, but not if it may have been a host with a
    // port:
    // whoever has such an account at Docker Hub would decide what runs.
    return AMBIGUOUS.matcher(rest).matches() ? Optional.empty() : Optional.of(rest);
  }

  /**
   * Images that needed a credential are not for whoever happens to know their path in the cache, and the
   * proxies' own are nobody else's.
   */
  private static boolean reserved(String rest) {
    return rest.startsWith(CacheLocation.PRIVATE + "/") || rest.startsWith(SCOPED)
        || rest.startsWith(CANARIES);
  }

  private static String withoutVersion(String rest) {
    return rest.replaceFirst("[:@].*$", "");
  }

  private String prefix() {
    return "localhost:" + port + "/";
  }
}
