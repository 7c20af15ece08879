package io.kuik.controller.rewrite;

import io.kuik.controller.config.ControllerConfig.ImageFilter;
import io.kuik.controller.pod.PodContainer;
import io.kuik.model.ImageReference;
import io.kuik.model.InvalidReferenceException;
import io.kuik.model.RewrittenName;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a container's image is to us, before anybody is asked about it. */
public final class ImageRules {
  private final ImageFilter filter;
  private final RewrittenName names;

  /** Keeps the user's filters and the proxy's port. */
  public ImageRules(ImageFilter filter, RewrittenName names) {
    this.filter = filter;
    this.names = names;
  }

  /** An image that we look after, or one that we don't. */
  public sealed interface Classified {
  }

  /**
   * An image to cache, and to rewrite if it can be served.
   *
   * @param original
   *          the name as the pod's author wrote it
   */
  public record Wanted(ImageReference image, String original) implements Classified {
  }

  /** An image that is none of our business. */
  public record Unwanted(Untouched why) implements Classified {
  }

  /**
   * The image that the container has already, in other words.
   *
   * @param name
   *          the name that it has it under
   */
  public record Same(String name) implements Classified {
  }

  /** The image that the container waits for under our name, as the pod's user has it instead. */
  public record Insisted() implements Classified {
  }

  /** Whether two names, rewritten or not, mean the same image. */
  boolean same(String one, String other) {
    try {
      return one.equals(other) || image(one).equals(image(other));
    } catch (InvalidReferenceException e) {
      return false;
    }
  }

  /** Whether the name is one that we give. */
  boolean ours(String name) {
    return names.matches(name);
  }

  private ImageReference image(String name) {
    return names.original(name).orElseGet(() -> ImageReference.parse(name));
  }

  /** The rules in their order; the first that speaks decides. */
  public Classified classify(PodContainer container) {
    ImageReference image;
    String original;
    try {
      Optional<ImageReference> rewritten = names.original(container.image());
      image = rewritten.orElseGet(() -> ImageReference.parse(container.image()));
      original = rewritten.isPresent() ? image.canonical() : container.image();
    } catch (InvalidReferenceException e) {
      return unwanted("InvalidReference", String.valueOf(e.getMessage()));
    }
    if (container.pullPolicy().equals(Optional.of("Never"))) {
      return unwanted("PullPolicyNever", "the image is never pulled, so it needs no cache");
    }
    if (filter.ignorePullPolicyAlways() && pullsAlways(container, image)) {
      return unwanted("PullPolicyAlways", "controllers.webhook.ignorePullPolicyAlways is set");
    }
    if (matches(filter.ignored(), image, original)) {
      return unwanted("IgnoredImage", "controllers.webhook.ignoredImages matches it");
    }
    if (!filter.accepted().isEmpty() && !matches(filter.accepted(), image, original)) {
      return unwanted("NotAcceptedImage", "no expression of controllers.webhook.acceptedImages matches it");
    }
    if (!names.fits(image)) {
      return unwanted("NameTooLong",
          "the rewritten name would be longer than " + RewrittenName.MAX_LENGTH + " characters");
    }
    return new Wanted(image, original);
  }

  /**
   * Kubernetes' default policy is Always for an image without a tag or with {@code latest}, unless it has a
   * digest.
   */
  private static boolean pullsAlways(PodContainer container, ImageReference image) {
    return container.pullPolicy().map("Always"::equals)
        .orElse(image.digest().isEmpty() && image.tag().equals(Optional.of("latest")));
  }

  private static boolean matches(List<Pattern> patterns, ImageReference image, String original) {
    return patterns.stream().anyMatch(p -> p.matcher(image.canonical()).find() || p.matcher(original).find());
  }

  private static Classified unwanted(String reason, String message) {
    return new Unwanted(new Untouched(reason, message));
  }
}
