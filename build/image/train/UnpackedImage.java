package train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An image in a folder; its own JVM is started in place, which needs neither root nor a container. */
public final class UnpackedImage {
  /** What the training adds to an image, so not part of what was trained. */
  private static final Set<Path> ADDED = Set.of(Path.of("app/app.aot"), Path.of("app/code.sha256"));
  private static final Pattern DOCKER_LAYER = Pattern.compile("\"([0-9a-f]{64}\\.tar\\.gz)\"");
  private static final Pattern DIGEST = Pattern.compile("\"digest\":\"sha256:([0-9a-f]{64})\"");

  private final Path tar;
  private final Path root;

  private UnpackedImage(Path folder) {
    this.tar = folder.resolve("tar");
    this.root = folder.resolve("root");
  }

  /** Unpacks an image of the Docker or the OCI format. */
  public static UnpackedImage of(Path file, Path folder) throws IOException, InterruptedException {
    Commands.empty(folder);
    var image = new UnpackedImage(folder);
    Files.createDirectories(image.tar);
    Files.createDirectories(image.root);
    Commands.run(List.of("tar", "xf", file.toString(), "-C", image.tar.toString()));
    for (Path layer : image.layers()) {
      Commands.run(List.of("tar", "xzf", layer.toString(), "-C", image.root.toString(), "--no-same-owner",
          "--warning=none"));
    }
    return image;
  }

  private List<Path> layers() throws IOException {
    Path docker = tar.resolve("manifest.json");
    if (Files.exists(docker)) {
      return matches(DOCKER_LAYER, Files.readString(docker)).map(tar::resolve).distinct().toList();
    }
    return blobs(ociManifest()).skip(1).toList();
  }

  /** The only manifest of the OCI layout; its digests are the configuration's and then the layers'. */
  private String ociManifest() throws IOException {
    return Files.readString(blobs(ociIndex()).findFirst().orElseThrow());
  }

  /** The text that names the image: what containerd reads when it imports the tar. */
  public String ociIndex() throws IOException {
    return Files.readString(tar.resolve("index.json"));
  }

  /** The image's configuration. */
  public String configuration() throws IOException {
    return Files.readString(blobs(ociManifest()).findFirst().orElseThrow());
  }

  private Stream<Path> blobs(String json) {
    return matches(DIGEST, json).map(d -> tar.resolve("blobs/sha256").resolve(d));
  }

  private static Stream<String> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(r -> r.group(1));
  }

  /** A path of the image, in this file system. */
  public Path path(String inImage) {
    return root.resolve(inImage.substring(1));
  }

  /** The class path that the image's program runs with, in place. */
  public String classPath() throws IOException {
    return Arrays.stream(Files.readString(path("/app/jib-classpath-file")).strip().split(":"))
        .map(entry -> path(entry).toString()).collect(Collectors.joining(":"));
  }

  /** The main class of the image's program. */
  public String mainClass() throws IOException {
    return Files.readString(path("/app/jib-main-class-file")).strip();
  }

  /**
   * The SHA-256 of everything that an AOT cache may depend on: every file and its path, but the cache itself.
   */
  public String codeHash() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return Hashes.of(
          files.filter(Files::isRegularFile).map(root::relativize).filter(f -> !ADDED.contains(f)).sorted()
              .map(f -> f + " " + hash(root.resolve(f)) + "\n").collect(Collectors.joining()));
    }
  }

  private static String hash(Path file) {
    try {
      return Hashes.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The arguments of the image's entry point, with the image's paths made paths of this file system. */
  public List<String> entrypoint() throws IOException {
    Matcher entrypoint = Pattern.compile("\"Entrypoint\":\\[([^\\]]*)\\]").matcher(configuration());
    if (!entrypoint.find()) {
      throw new IOException("the image has no entry point: " + configuration());
    }
    return matches(Pattern.compile("\"([^\"]*)\""), entrypoint.group(1))
        .map(a -> a.replaceFirst("(^|@|=)/", "$1" + Matcher.quoteReplacement(root.toString()) + "/"))
        .toList();
  }
}
