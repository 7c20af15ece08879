package io.kuik.cacheworker;

import io.kuik.cacheworker.report.LogSettings;
import io.kuik.model.CopyOutcome;
import io.kuik.registry.RegistryEndpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The program of a copy Job: arguments in, one image copied, an exit code out. */
public final class CacheWorker {
  private CacheWorker() {
  }

  /** Copies, and exits with the outcome's code. */
  public static void main(String[] args) {
    System.exit(run(UnaryOperator.identity(), args));
  }

  /** The route changes the upstream's endpoint, which only tests have a reason to. */
  static int run(UnaryOperator<RegistryEndpoint> route, String... args) {
    if (List.of(args).contains("--help")) {
      System.out.print(WorkerOptions.usage());
      return 0;
    }
    if (List.of(args).contains("--version")) {
      System.out.println("cache-worker " + Version.current());
      return 0;
    }
    try {
      WorkerOptions options = WorkerOptions.parse(args);
      LogSettings.json(options.mode().jsonLog());
      return new CopyJob(options, route, userLogins()).run();
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return CopyOutcome.INVALID.exitCode();
    }
  }

  /** Where docker and podman users have their logins. */
  private static Optional<Path> userLogins() {
    Optional<Path> folder = Optional.ofNullable(System.getenv("DOCKER_CONFIG")).filter(d -> !d.isEmpty())
        .map(Path::of);
    return folder
        .or(() -> Optional.ofNullable(System.getProperty("user.home")).map(h -> Path.of(h, ".docker")))
        .map(f -> f.resolve("config.json"));
  }
}
