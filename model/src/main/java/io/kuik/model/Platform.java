package io.kuik.model;

import java.util.Optional;

/** An operating system and CPU as an image index names them, such as {@code linux/arm64/v8}. */
public record Platform(String os, String architecture, Optional<String> variant) {
  /** Checks that no part is empty. */
  public Platform {
    if (os.isEmpty() || architecture.isEmpty()) {
      throw new IllegalArgumentException(
          "a platform needs an operating system and an architecture, such as linux/amd64");
    }
    // The image spec's default: every arm64 image is v8, said or not.
    if (architecture.equals("arm64") && variant.equals(Optional.of("v8"))) {
      variant = Optional.empty();
    }
  }

  /** Reads {@code os/architecture[/variant]}. */
  public static Platform parse(String text) {
    String[] parts = text.strip().split("/", -1);
    if (parts.length < 2 || parts.length > 3) {
      throw new IllegalArgumentException(
          "platform \"" + text + "\" must look like linux/amd64 or linux/arm/v7");
    }
    return new Platform(parts[0], parts[1], parts.length == 3 ? Optional.of(parts[2]) : Optional.empty());
  }

  /**
   * Whether an image for the other platform is wanted where this one is; a platform without variant wants all
   * of them.
   */
  public boolean covers(Platform other) {
    return os.equals(other.os) && architecture.equals(other.architecture)
        && (variant.isEmpty() || variant.equals(other.variant));
  }

  @Override
  public String toString() {
    return os + "/" + architecture + variant.map(v -> "/" + v).orElse("");
  }
}
