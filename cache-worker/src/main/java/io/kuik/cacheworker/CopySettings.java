package io.kuik.cacheworker;

import io.kuik.cacheworker.copy.WantedPlatforms;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CacheLocation;
import io.kuik.model.CopyOutcome;
import io.kuik.model.ImageReference;
import io.kuik.model.InvalidReferenceException;
import io.kuik.registry.Credential;
import io.kuik.registry.DockerConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the arguments mean, checked, and the files that they name, read.
 *
 * @param source
 *          what to show to the upstream
 * @param location
 *          public or private, by whether there is a credential for the image
 */
record CopySettings(ImageReference image, Credential source, CacheLocation location, URI cache,
    Optional<Credential.Password> cacheLogin, WantedPlatforms platforms) {

  /** Reads all; the failure says which argument is wrong. */
  static CopySettings of(WorkerOptions options) {
    ImageReference image = image(options.image());
    Optional<Credential.Password> source = options.sourceCredentials().flatMap(f -> source(f, image));
    CacheLocation location = source.isPresent()
        ? CacheLocation.ofPrivate(image)
        : CacheLocation.of(image);
    return new CopySettings(image, source.map(Credential.class::cast).orElse(Credential.ANONYMOUS), location,
        cache(options.cache()), options.cacheCredentials().map(CopySettings::login),
        platforms(options.platforms()));
  }

  private static ImageReference image(String text) {
    try {
      ImageReference image = ImageReference.parse(text);
      if (image.digest().filter(d -> !d.algorithm().equals("sha256")).isPresent()) {
        throw new CopyFailure(CopyOutcome.UNSUPPORTED,
            "The image " + image + " is named by another digest than sha256, which the cache can't store");
      }
      if (!CacheLocation.ofPrivate(image).storable()) {
        throw new CopyFailure(CopyOutcome.UNSUPPORTED,
            "The image " + image + " has a longer name than the 255 characters that the cache can store");
      }
      return image;
    } catch (InvalidReferenceException e) {
      throw new CopyFailure(CopyOutcome.INVALID, "--image: " + e.getMessage(), e);
    }
  }

  private static WantedPlatforms platforms(String text) {
    try {
      return WantedPlatforms.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CopyFailure(CopyOutcome.INVALID, "--platforms: " + e.getMessage(), e);
    }
  }

  private static URI cache(String text) {
    try {
      URI uri = URI.create(text.replaceFirst("/$", ""));
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getUserInfo() == null && uri.getPath().isEmpty()) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Falls through: text that is no address at all gets the same answer as one of another form.
    }
    throw new CopyFailure(CopyOutcome.INVALID, "--cache must look like http://registry:5000");
  }

  private static Credential.Password login(Path folder) {
    return new Credential.Password(read(folder.resolve("username")).strip(),
        read(folder.resolve("password")).strip());
  }

  private static Optional<Credential.Password> source(Path file, ImageReference image) {
    try {
      return DockerConfig.parse(read(file)).forImage(image);
    } catch (IllegalArgumentException e) {
      throw new CopyFailure(CopyOutcome.INVALID, "--source-credentials: " + file + ": " + e.getMessage(), e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new CopyFailure(CopyOutcome.INVALID,
          "The file " + file + " can't be read: " + e.getClass().getSimpleName(), e);
    }
  }
}
