package io.kuik.cacheworker;

import io.kuik.model.CopyOutcome;
import io.kuik.registry.RegistryEndpoint;
import java.util.function.UnaryOperator;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

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
    WorkerOptions options = new WorkerOptions();
    CommandLine line = new CommandLine(options);
    try {
      line.parseArgs(args);
    } catch (ParameterException e) {
      System.err.println(e.getMessage() + System.lineSeparator() + "Try --help.");
      return CopyOutcome.INVALID.exitCode();
    }
    if (line.isUsageHelpRequested()) {
      line.usage(System.out);
      return 0;
    }
    if (line.isVersionHelpRequested()) {
      line.printVersionHelp(System.out);
      return 0;
    }
    return new CopyJob(options, route).run();
  }
}
