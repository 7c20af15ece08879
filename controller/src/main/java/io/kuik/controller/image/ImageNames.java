package io.kuik.controller.image;

import io.kuik.model.Digest;
import io.kuik.model.ImageReference;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Kubernetes names made of image names. */
public final class ImageNames {
  /** A DNS subdomain (RFC 1123) as Kubernetes allows it for names. */
  private static final Pattern SUBDOMAIN = Pattern
      .compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern JOB = Pattern.compile("cache-.*-[0-9a-f]{8}");
  private static final int RESOURCE_LIMIT = 253;
  /** A Job's pods get 6 more characters, and their name is a label too: 63. */
  private static final int JOB_LIMIT = 57;
  private static final int HASH = 8;

  private ImageNames() {
  }

  /**
   * The name of an image's CachedImage: the predecessor's, such as {@code docker.io-library-nginx-1.27}, and
   * with a hash behind it where another image has that name ({@code a/b} and {@code a-b}) or it is too long.
   */
  public static String resource(ImageReference image, Predicate<String> taken) {
    String slug = slug(image.canonical());
    return slug.length() <= RESOURCE_LIMIT && !taken.test(slug) ? slug : hashed(slug, RESOURCE_LIMIT, image);
  }

  /** The name of an image's copy Job. */
  public static String job(ImageReference image) {
    return hashed("cache-" + slug(image.canonical()).replace('.', '-'), JOB_LIMIT, image);
  }

  /** Whether something may be called so because a copy Job is. */
  static boolean isJob(String name) {
    return JOB.matcher(name).matches();
  }

  private static String hashed(String slug, int limit, ImageReference image) {
    String hash = Digest.sha256(image.canonical().getBytes(StandardCharsets.UTF_8)).hex().substring(0, HASH);
    String cut = slug.substring(0, Math.min(slug.length(), limit - HASH - 1)).replaceAll("[-.]+$", "");
    return cut + "-" + hash;
  }

  private static String slug(String text) {
    return SUBDOMAIN.matcher(text.toLowerCase(Locale.ROOT)).results().map(MatchResult::group)
        .collect(Collectors.joining("-"));
  }
}
