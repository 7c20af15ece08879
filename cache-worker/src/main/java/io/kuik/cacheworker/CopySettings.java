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
record CopySettings(ImageReference image, List<Credential> candidates, Destination destination,
    WantedPlatforms platforms) {

  /**
   * Reads all; the failure says which argument is wrong.
   *
   * @param userLogins
   *          the docker configuration of a user who copies by hand
   */
  static CopySettings of(WorkerOptions options, Optional<Path> userLogins) {
    ImageReference image = image(options.image());
    boolean byHand = options.target() instanceof WorkerOptions.Target.Registry;
    Optional<Path> mine = userLogins.filter(f -> byHand && Files.isRegularFile(f));
    Optional<Path> source = options.sourceCredentials().or(() -> mine);
    return new CopySettings(image, source.map(path -> candidates(path, image)).orElse(List.of()),
        destination(options, mine), platforms(options.platforms()));
  }

  private static Destination destination(WorkerOptions options, Optional<Path> mine) {
    Optional<Credential.Password> login = options.cacheCredentials().map(CopySettings::login);
    return switch (options.target()) {
      case WorkerOptions.Target.Cache cache -> Destination.cache(cache, login);
      case WorkerOptions.Target.Registry registry -> Destination.named(registry,
          options.insecureRegistries(), login.or(() -> mine.flatMap(f -> login(f, registry))));
    };
  }

  private static Optional<Credential.Password> login(Path file, WorkerOptions.Target.Registry target) {
    return candidates(file, Destination.place(target)).stream()
        .filter(Credential.Password.class::isInstance).map(Credential.Password.class::cast).findFirst();
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
