package io.kuik.cacheworker;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The arguments as they are written, with their help. */
@Command(name = "cache-worker", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false, usageHelpWidth = 100, description = {
    "Copies one image, byte for byte, from its registry into the cache registry.",
    "The exit code says how it ended: 0 copied or already there; 10 to 15 not worth another try",
    "(10 not found, 11 unauthorized, 12 forbidden, 13 unsupported, 14 refused, 15 invalid arguments);",
    "20 to 26 worth one (20 corrupt, 21 rate limited, 22 upstream unavailable, 23 cache unavailable,",
    "24 storage full, 25 interrupted, 26 internal error).", ""})
final class WorkerOptions {
  @Option(names = "--image", required = true, paramLabel = "<reference>", description = "The image to copy, such as docker.io/library/nginx:1.27.")
  String image = "";

  @Option(names = "--cache", required = true, paramLabel = "<url>", description = "The cache registry, such as http://kube-image-keeper-registry:5000.")
  String cache = "";

  @Option(names = "--platforms", defaultValue = "all", paramLabel = "<list>", description = "Such as linux/amd64,linux/arm64; default: ${DEFAULT-VALUE}. An image that is no index is copied whatever it is for.")
  String platforms = "";

  @Option(names = "--cache-credentials", paramLabel = "<folder>", description = "A folder with the files username and password for the cache registry.")
  Optional<Path> cacheCredentials = Optional.empty();

  @Option(names = "--source-credentials", paramLabel = "<file>", description = "A dockerconfigjson; an image that it has an entry for is stored below private/.")
  Optional<Path> sourceCredentials = Optional.empty();

  @Option(names = "--certificate-authorities", paramLabel = "<folder>", description = "A folder of PEM files to trust beside the well-known authorities.")
  Optional<Path> certificateAuthorities = Optional.empty();

  @Option(names = "--insecure-registries", split = ",", paramLabel = "<host:port>", description = "Registries that speak plain http.")
  Set<String> insecureRegistries = new LinkedHashSet<>();

  @Option(names = "--termination-log", defaultValue = "/dev/termination-log", paramLabel = "<file>", description = "Where the outcome goes as JSON; default: ${DEFAULT-VALUE}.")
  Path terminationLog = Path.of("/dev/termination-log");
}
