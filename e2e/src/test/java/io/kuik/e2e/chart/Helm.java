package io.kuik.e2e.chart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The helm binary that the environment variable KUIK_HELM names. */
final class Helm {
  private static final int SECONDS = 60;

  /** How a helm command ended. */
  record Outcome(int exitCode, String output, String errors) {
  }

  private Helm() {
  }

  static Outcome run(String... arguments) {
    String binary = System.getenv("KUIK_HELM");
    if (binary == null || !Files.isExecutable(Path.of(binary))) {
      throw new IllegalStateException("KUIK_HELM is " + binary
          + ", but the chart's tests need the path of a helm binary there: export KUIK_HELM=/path/to/helm");
    }
    List<String> command = new ArrayList<>(List.of(binary));
    command.addAll(List.of(arguments));
    try {
      Path output = Files.createTempFile("helm", ".out");
      Path errors = Files.createTempFile("helm", ".err");
      try {
        return run(command, output, errors);
      } finally {
        Files.delete(output);
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + String.join(" ", command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + String.join(" ", command), e);
    }
  }

  private static Outcome run(List<String> command, Path output, Path errors)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectOutput(output.toFile())
        .redirectError(errors.toFile()).start();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("no end after " + SECONDS + " s: " + String.join(" ", command));
    }
    return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8),
        Files.readString(errors, StandardCharsets.UTF_8));
  }
}
