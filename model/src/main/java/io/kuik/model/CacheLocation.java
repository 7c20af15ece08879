package io.kuik.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the cache registry keeps an image: a repository named after the upstream's, and a tag.
 *
 * <p>
 * The mapping is reversible and free of collisions: a port is written {@code host__5000}, and no host name
 * has an underscore. A tag is the collector's root, so an image that is named by digest gets a reserved tag.
 */
public record CacheLocation(String repository, String tag) {
  /** First segment of the repositories whose images needed a credential; no registry host is called so. */
  public static final String PRIVATE = "private";

  /** What the reserved tags begin with; no image may have such a tag of its own. */
  static final String RESERVED_TAG = "kuik.";

  /** Limits of the distribution project's registry and of the distribution spec. */
  private static final int MAX_REPOSITORY = 255;
  private static final int MAX_TAG = 128;
  private static final Pattern PORT = Pattern.compile("(.+)__([0-9]{1,5})");

  /** The place of an image that everybody may read. */
  public static CacheLocation of(ImageReference image) {
    String tag = image.digest().map(d -> RESERVED_TAG + d.algorithm() + "-" + d.hex()).or(image::tag)
        .orElseThrow();
    return new CacheLocation(segment(image.registry()) + "/" + image.repository(), tag);
  }

  /** The place of an image that was copied with a credential. */
  public static CacheLocation ofPrivate(ImageReference image) {
    CacheLocation open = of(image);
    return new CacheLocation(PRIVATE + "/" + open.repository, open.tag);
  }

  /** The place that the same image has when everybody may read it. */
  public CacheLocation open() {
    return repository.startsWith(PRIVATE + "/")
        ? new CacheLocation(repository.substring(PRIVATE.length() + 1), tag)
        : this;
  }

  /**
   * Whether the cache registry can hold it: not a repository of more than 255 characters, nor the reserved
   * tag of a sha512 digest.
   */
  public boolean storable() {
    return repository.length() <= MAX_REPOSITORY && tag.length() <= MAX_TAG;
  }

  static String segment(String registry) {
    return registry.replace(":", "__");
  }

  static String registry(String segment) {
    Matcher port = PORT.matcher(segment);
    return port.matches() ? port.group(1) + ":" + port.group(2) : segment;
  }
}
