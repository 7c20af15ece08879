package io.kuik.model;

import java.util.Optional;

/**
 * The name under which a pod gets an image from its node's proxy:
 * {@code localhost:7439/docker.io/library/nginx:latest}.
 */
public record RewrittenName(int port) {
  /** Longer names end as InvalidImageName in kubelet. */
  public static final int MAX_LENGTH = 255;
  /**
   * Repository of the image that each proxy makes itself; its first segment has no dot and no port, so it is
   * no registry's name.
   */
  public static final String CANARY = "kuik-canary/probe";

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
    int slash = rest.indexOf('/');
    if (slash < 0) {
      throw new InvalidReferenceException(name, "a rewritten name must name the upstream's registry");
    }
    return Optional
        .of(ImageReference.parse(CacheLocation.registry(rest.substring(0, slash)) + rest.substring(slash)));
  }

  private String prefix() {
    return "localhost:" + port + "/";
  }
}
