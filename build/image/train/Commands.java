package train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Programs of the machine that a training needs, each with a time limit, and the folders that it throws away.
 */
final class Commands {
  private static final long LIMIT_SECONDS = 180;

  private Commands() {
  }

  /** Runs a program to its end; its output is part of the message when it fails. */
  static String run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("kuik-train", ".log");
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile())
          .start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("still running after " + LIMIT_SECONDS + " s: " + String.join(" ", command));
      }
      String text = Files.readString(output);
      if (process.exitValue() != 0) {
        throw new IOException(
            String.join(" ", command) + " ended with " + process.exitValue() + ": " + text.strip());
      }
      return text;
    } finally {
      Files.delete(output);
    }
  }

  /** An empty folder, whatever was there before. */
  static Path empty(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    return Files.createDirectories(folder);
  }
}
