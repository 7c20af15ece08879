package io.kuik.cacheworker;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The arguments as they are written.
 *
 * <p>
 * Read without picocli: its classes are of Java 5, which an AOT cache doesn't take in, so that they cost each
 * Job 0.2 s of its start.
 */
record WorkerOptions(String image, Target target, String platforms, Optional<Path> cacheCredentials,
    Optional<Path> sourceCredentials, Optional<Path> certificateAuthorities, Set<String> insecureRegistries,
    Path terminationLog, Mode mode) {
  private static final Map<String, String> HELP = help();
  private static final Map<String, String> FLAGS = flags();

  /** Where to. */
  sealed interface Target {
    /**
     * The cache registry of a cluster.
     *
     * @param mountFrom
     *          repositories there that may have the same layers
     */
    record Cache(String address, Set<String> mountFrom) implements Target {
      /** Copies the set. */
      public Cache {
        mountFrom = Set.copyOf(mountFrom);
      }
    }

    /**
     * Any registry, by hand.
     *
     * @param to
     *          {@code REGISTRY[/PREFIX]}
     * @param as
     *          the exact repository and tag
     */
    record Registry(String to, Optional<String> as) implements Target {
    }
  }

  /** How. */
  record Mode(boolean dryRun, boolean referrers, boolean jsonLog) {
  }

  private static Map<String, String> help() {
    var help = new LinkedHashMap<String, String>();
    help.put("image", "reference to copy, such as docker.io/library/nginx:1.27; or copy IMAGE");
    help.put("cache", "address of the cache registry, such as http://registry:5000; or --to");
    help.put("to", "registry to copy to, by hand: registry.example.com:5000[/prefix]");
    help.put("as", "with --to: exact name there, such as team/nginx:1.27 (default: the path in a cache)");
    help.put("platforms",
        "such as linux/amd64,linux/arm/v7,windows(10.0.20348)/amd64 (default: all); an image that is no"
            + " index is copied whatever it is for");
    help.put("cache-credentials", "folder with the files username and password for the registry copied to");
    help.put("source-credentials", "docker config.json, or a folder of them; what can only be read with one"
        + " is stored below private/. By hand the default is ~/.docker/config.json");
    help.put("certificate-authorities", "folder of PEM files to trust beside the well-known authorities");
    help.put("insecure-registries",
        "registries without a known certificate, or without TLS, separated by commas");
    help.put("mount-from",
        "with --cache: up to 5 of its repositories that may have the same layers, separated"
            + " by commas; such layers are mounted, not moved");
    help.put("termination-log", "file for the outcome as JSON (default: /dev/termination-log)");
    help.put("log-format", "text or json (default: text)");
    return help;
  }

  private static Map<String, String> flags() {
    var flags = new LinkedHashMap<String, String>();
    flags.put("dry-run", "says what would be moved, and moves nothing");
    flags.put("referrers", "copies signatures, attestations and SBOMs that refer to the image, too");
    return flags;
  }

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException
   *           if one is unknown, has no value, or a required one is missing
   */
  static WorkerOptions parse(String... args) {
    Arguments given = Arguments.parse(HELP.keySet(), FLAGS.keySet(), args);
    String image = given.source().orElseGet(() -> given.required("image"));
    var mode = new Mode(given.flag("dry-run"), given.flag("referrers"), json(given));
    return new WorkerOptions(image, target(given), given.value("platforms").orElse("all"),
        given.value("cache-credentials").map(Path::of), given.value("source-credentials").map(Path::of),
        given.value("certificate-authorities").map(Path::of), given.list("insecure-registries"),
        Path.of(given.value("termination-log").orElse("/dev/termination-log")), mode);
  }

  private static boolean json(Arguments given) {
    return switch (given.value("log-format").orElse("text")) {
      case "text" -> false;
      case "json" -> true;
      default -> throw new IllegalArgumentException("--log-format is text or json");
    };
  }

  private static Target target(Arguments given) {
    Optional<String> to = given.value("to");
    if (to.isPresent() && given.value("cache").isPresent()) {
      throw new IllegalArgumentException("--cache and --to exclude each other");
    }
    if (to.isEmpty() && given.source().isPresent() && given.value("cache").isEmpty()) {
      throw new IllegalArgumentException("copy wants to know where to: --to registry:5000");
    }
    return to.isPresent()
        ? new Target.Registry(to.get(), given.value("as"))
        : new Target.Cache(given.required("cache"), given.list("mount-from"));
  }

  /** What {@code --help} prints. */
  static String usage() {
    var text = new StringBuilder(
        """
            Usage: cache-worker --image=IMAGE --cache=URL [--OPTION=VALUE...]       a Job in a cluster
                   cache-worker copy IMAGE --to REGISTRY[/PREFIX] [--OPTION VALUE...]   by hand
            Copies one image, byte for byte, from its registry into another.

            """);
    HELP.forEach((name, meaning) -> text.append(String.format("  --%-24s %s%n", name, meaning)));
    FLAGS.forEach((name, meaning) -> text.append(String.format("  --%-24s %s%n", name, meaning)));
    return text.append(
        """
              --help, --version

            Exit codes: 0 copied, or there already;
              not worth another try: 10 not found, 11 unauthorized, 12 forbidden, 13 unsupported, 14 refused, 15 invalid;
              worth one: 20 corrupt, 21 rate limited, 22 upstream unavailable, 23 cache unavailable, 24 storage full,
              25 interrupted, 26 internal error.
            """)
        .toString();
  }
}
