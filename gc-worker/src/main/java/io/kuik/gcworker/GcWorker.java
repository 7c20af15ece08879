package io.kuik.gcworker;

import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program of the garbage collection Job: what it can do, it says itself. */
@Command(name = "gc-worker", mixinStandardHelpOptions = true, versionProvider = GcWorker.Version.class, description = "Stops the cache registry for a garbage collection and starts it again.", footer = {
    "", "This version has no steps yet; a garbage collection Job can't be run with it."})
public final class GcWorker implements Runnable {
  /** The exit code of a wrong command line, which no retry makes right. */
  static final int USAGE = CommandLine.ExitCode.USAGE;

  @Spec
  private CommandSpec command = CommandSpec.create();

  /** Runs the command line and ends with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new GcWorker());
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(command.commandLine(),
        "gc-worker was started without a step to do, and this version has none: use --help or --version");
  }

  /** The version that Maven wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Optional.ofNullable(GcWorker.class.getPackage().getImplementationVersion())
          .orElse("(not built as a jar)");
      return new String[]{"gc-worker " + version};
    }
  }
}
