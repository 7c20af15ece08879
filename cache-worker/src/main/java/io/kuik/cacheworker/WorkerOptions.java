package io.kuik.cacheworker;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The arguments as they are written.
 *
 * <p>
 * Read without picocli: its classes are of Java 5, which an AOT cache doesn't take in, so that they cost each
 * Job 0.2
 * s of its start.
 */
record WorkerOptions(String image, String cache, String platforms, Optional<Path> cacheCredentials,
    Optional<Path> sourceCredentials, Optional<Path> certificateAuthorities, Set<String> insecureRegistries,
    Path terminationLog) {
  private static final Map<String, String> HELP = help();

  private static Map<String, String> help() {
    var help = new LinkedHashMap<String, String>();
    help.put("image", "reference to copy, such as docker.io/library/nginx:1.27 (required)");
    help.put("cache", "address of the cache registry, such as http://registry:5000 (required)");
    help.put("platforms",
        "such as linux/amd64,linux/arm64 (default: all); an image that is no index is copied"
            + " whatever it is for");
    help.put("cache-credentials", "folder with the files username and password for the cache registry");
    help.put("source-credentials", "dockerconfigjson file, or folder of such; what matches is tried in turn,"
        + " and an image that can't be had without is stored below private/");
    help.put("certificate-authorities", "folder of PEM files to trust beside the well-known authorities");
    help.put("insecure-registries", "registries that speak plain http, separated by commas");
    help.put("termination-log", "file for the outcome as JSON (default: /dev/termination-log)");
    return help;
  }

  /**
   * Reads {@code --name=value} arguments.
   *
   * @throws IllegalArgumentException
   *           if one is unknown, has no value, or a required one is missing
   */
  static WorkerOptions parse(String... args) {
    var values = new HashMap<String, String>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      String name = arg.startsWith("--") && equals > 0 ? arg.substring(2, equals) : "";
      if (!HELP.containsKey(name)) {
        throw new IllegalArgumentException("Unknown argument " + arg + ". Try --help.");
      }
      values.put(name, arg.substring(equals + 1));
    }
    return new WorkerOptions(required(values, "image"), required(values, "cache"),
        values.getOrDefault("platforms", "all"), path(values, "cache-credentials"),
        path(values, "source-credentials"), path(values, "certificate-authorities"),
        list(values.getOrDefault("insecure-registries", "")),
        path(values, "termination-log").orElse(Path.of("/dev/termination-log")));
  }

  private static String required(Map<String, String> values, String name) {
    return Optional.ofNullable(values.get(name)).filter(v -> !v.isEmpty())
        .orElseThrow(
            () -> new IllegalArgumentException("The argument --" + name + " is missing. Try --help."));
  }

  private static Optional<Path> path(Map<String, String> values, String name) {
    return Optional.ofNullable(values.get(name)).filter(v -> !v.isEmpty()).map(Path::of);
  }

  private static Set<String> list(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::strip).filter(s -> !s.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** What {@code --help} prints. */
  static String usage() {
    var text = new StringBuilder(
        """
            Usage: cache-worker --image=<reference> --cache=<url> [--<option>=<value>...]
            Copies one image, byte for byte, from its registry into the cache registry.

            """);
    HELP.forEach((name, meaning) -> text.append(String.format("  --%-24s %s%n", name, meaning)));
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
