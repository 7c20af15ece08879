package train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Runs a component from its unpacked image and lets its JVM write the AOT cache when it ends.
 *
 * @param image
 *          the image without a cache
 * @param heap
 *          its limit, such as 64m
 * @param folder
 *          for the log and the cache
 */
record Training(UnpackedImage image, String heap, Path folder) {
  /** Generous: a machine that does much else at the same time is ten times slower. */
  private static final Duration USE = Duration.ofSeconds(240);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration END = Duration.ofSeconds(300);
  private static final int SIGTERM = 128 + 15;

  /** The cache that the component's JVM wrote. */
  Path run(Exercise exercise) throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    Process process = start(exercise, log);
    try {
      use(process, exercise);
      if (exercise.runsForEver()) {
        process.destroy();
      }
      end(process, exercise);
      exercise.verify();
      Path cache = folder.resolve("app.aot");
      if (!Files.exists(cache)) {
        throw new IOException("the JVM ended without writing its AOT cache");
      }
      return cache;
    } catch (IOException e) {
      throw new IOException(e.getMessage() + "\n--- log of the component\n" + tail(log), e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Process start(Exercise exercise, Path log) throws IOException {
    var command = new ArrayList<String>();
    command.add(image.path("/opt/java/bin/java").toString());
    command.add("@" + image.path("/opt/java/jvm.options"));
    command.add("-XX:AOTCacheOutput=" + folder.resolve("app.aot"));
    command.add("-Xmx" + heap);
    command.add("-cp");
    command.add(image.classPath());
    command.add(image.mainClass());
    command.addAll(exercise.arguments());
    var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(exercise.environment());
    // The JVM that assembles the cache when the component has ended needs more than the component.
    builder.environment().put("JDK_AOT_VM_OPTIONS", "-Xmx512m -XX:MaxMetaspaceSize=512m");
    return builder.start();
  }

  /** Uses the component for as long as it needs, unless the component ends or the time is over. */
  private static void use(Process process, Exercise exercise) throws IOException, InterruptedException {
    ExecutorService executor = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    try {
      Future<?> use = executor.submit(() -> {
        exercise.use();
        return true;
      });
      for (long waited = 0; !use.isDone(); waited += POLL.toMillis()) {
        if (waited > USE.toMillis()) {
          throw new IOException("the exercise was not through after " + USE.toSeconds() + " s");
        }
        if (exercise.runsForEver() && !process.isAlive()) {
          throw new IOException("the component ended during its exercise, with " + process.exitValue());
        }
        Thread.sleep(POLL);
      }
      use.get();
    } catch (ExecutionException e) {
      throw new IOException("the exercise failed: " + e.getCause(), e);
    } finally {
      executor.shutdownNow();
    }
  }

  private static void end(Process process, Exercise exercise) throws IOException, InterruptedException {
    if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
      throw new IOException("the component was still running " + END.toSeconds() + " s after its exercise");
    }
    Set<Integer> wanted = exercise.runsForEver() ? Set.of(0, SIGTERM) : Set.of(0);
    if (!wanted.contains(process.exitValue())) {
      throw new IOException("the component ended with " + process.exitValue());
    }
  }

  private static String tail(Path log) throws IOException {
    String[] lines = Files.readString(log).lines().toArray(String[]::new);
    int from = Math.max(0, lines.length - 60);
    return String.join("\n", java.util.Arrays.copyOfRange(lines, from, lines.length));
  }
}
