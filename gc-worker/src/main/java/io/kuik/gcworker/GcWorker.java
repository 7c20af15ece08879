package io.kuik.gcworker;

import com.google.gson.Gson;
import io.kuik.gcworker.cluster.KubernetesApi;
import io.kuik.gcworker.cluster.RegistrySet;
import io.kuik.gcworker.volume.CacheVolume;
import io.kuik.model.CollectionReport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The program of the garbage collection Job: what it can do, it says itself. */
@Command(name = "gc-worker", mixinStandardHelpOptions = true, versionProvider = GcWorker.Version.class, description = "Stops the cache registry for a garbage collection and starts it again.", footer = {
    "",
    "The registry's own garbage-collect runs between the two. Exit code 1: the step failed, and its message says"
        + " why; the controllers start the registry again."})
public final class GcWorker implements Runnable {
  /** The exit code of a wrong command line, which no retry makes right. */
  static final int USAGE = CommandLine.ExitCode.USAGE;

  private static final Logger LOG = LoggerFactory.getLogger(GcWorker.class);

  @Spec
  private CommandSpec command = CommandSpec.create();
  @Option(names = "--namespace", paramLabel = "NAME", description = "Where the registry runs.")
  private String namespace = "";
  @Option(names = "--stateful-set", paramLabel = "NAME", description = "The registry's StatefulSet.")
  private String statefulSet = "";
  @Option(names = "--data", paramLabel = "FOLDER", description = "Its volume (default: ${DEFAULT-VALUE}).")
  private Path data = Path.of("/var/lib/registry");
  @Option(names = "--work", paramLabel = "FOLDER", description = "Where the steps leave word for each other (default: ${DEFAULT-VALUE}).")
  private Path work = Path.of("/work");
  @Option(names = "--limit-seconds", paramLabel = "N", description = "How long the step may take (default: ${DEFAULT-VALUE}).")
  private int limitSeconds = 300;
  @Option(names = "--pause-millis", paramLabel = "N", hidden = true, description = "Between two questions.")
  private int pauseMillis = 500;
  @Option(names = "--count-millis", paramLabel = "N", hidden = true, description = "How long counting may take of it.")
  private int countMillis = 30_000;
  @Option(names = "--termination-log", paramLabel = "FILE", description = "Gets the report, as JSON (default: ${DEFAULT-VALUE}).")
  private Path terminationLog = Path.of("/dev/termination-log");
  @Option(names = "--api", paramLabel = "URL", description = "The API server (default: that of the pod's cluster).")
  private @Nullable URI api;
  @Option(names = "--account", paramLabel = "FOLDER", description = "Token and authority (default: ${DEFAULT-VALUE}).")
  private Path account = KubernetesApi.ACCOUNT;

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
        "gc-worker was started without a step to do: stop or restore");
  }

  /** Counts, then stops the registry. */
  @Command(name = "stop", description = "Counts what the volume holds, scales the registry to nothing, waits until its pod is gone.")
  int stop() {
    return run("stop", registry -> new Stop(registry, new CacheVolume(data), counting(), work,
        InstantSource.system()));
  }

  /** Starts the registry, then looks whether all is well. */
  @Command(name = "restore", description = "Scales the registry back, waits until it is Ready, counts and checks.")
  int restore(
      @Option(names = "--replicas", defaultValue = "1", description = "How many pods it had.") int replicas,
      @Option(names = "--port", defaultValue = "5000", description = "Where it answers.") int port) {
    return run("restore", registry -> new Restore(registry, replicas, port, new CacheVolume(data), counting(),
        work, InstantSource.system()));
  }

  private Duration counting() {
    return Duration.ofMillis(countMillis);
  }

  /** Makes a step of what the command line says. */
  private interface Steps {
    Step of(RegistrySet registry);
  }

  private int run(String name, Steps steps) {
    if (namespace.isEmpty() || statefulSet.isEmpty()) {
      throw new CommandLine.ParameterException(command.commandLine(),
          "gc-worker " + name + " needs --namespace and --stateful-set before the step");
    }
    try {
      URI server = Optional.ofNullable(api).orElseGet(() -> KubernetesApi.inCluster(System.getenv()));
      Step step = steps.of(new RegistrySet(new KubernetesApi(server, account), namespace, statefulSet));
      InstantSource clock = InstantSource.system();
      CollectionReport report = step
          .run(
              new Patience(clock, clock.instant().plusSeconds(limitSeconds), Duration.ofMillis(pauseMillis)));
      LOG.info("{} done: {}", name, report.message());
      write(report);
      return CommandLine.ExitCode.OK;
    } catch (StepFailure | IOException | GeneralSecurityException e) {
      return failed(name, e instanceof StepFailure ? String.valueOf(e.getMessage()) : e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(name, "interrupted");
    }
  }

  private int failed(String name, String why) {
    LOG.error("{} failed: {}", name, why);
    write(CollectionReport.of(name, name + " failed: " + why));
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** That it can't be written never changes how the step ended. */
  private void write(CollectionReport report) {
    try {
      Files.writeString(terminationLog, new Gson().toJson(report));
    } catch (IOException e) {
      LOG.debug("no termination message written file={} reason={}", terminationLog, e.toString());
    }
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
