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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the arguments mean, checked, and the files that they name, read.
 *
 * @param candidates
 *          credentials that are for the image, in the order in which they are tried
 */
record CopySettings(ImageReference image, List<Credential> candidates, URI cache,
    Optional<Credential.Password> cacheLogin, WantedPlatforms platforms) {

  /** Reads all; the failure says which argument is wrong. */
  static CopySettings of(WorkerOptions options) {
    ImageReference image = image(options.image());
    return new CopySettings(image,
        options.sourceCredentials().map(path -> candidates(path, image)).orElse(List.of()),
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

  private static List<Credential> candidates(Path path, ImageReference image) {
    return DockerConfig.merge(files(path).stream().map(CopySettings::configuration).toList())
        .forImage(image).stream().map(DockerConfig.Entry::credential).toList();
  }

  /** A mounted Secret is a folder, whose names with two dots in front are the kubelet's own. */
  private static List<Path> files(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(f -> !String.valueOf(f.getFileName()).startsWith("..")).sorted().toList();
    } catch (IOException e) {
      throw new CopyFailure(CopyOutcome.INVALID,
          "The folder " + path + " can't be read: " + e.getClass().getSimpleName(), e);
    }
  }

  private static DockerConfig configuration(Path file) {
    try {
      return DockerConfig.parse(read(file));
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
