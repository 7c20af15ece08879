package train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Remembers in a file what a step was done with, so that the next build can leave it out.
 *
 * @param file
 *          where it is remembered
 * @param inputs
 *          hash of all that the step's result depends on
 */
public record Done(Path file, String inputs) {
  /** A step that depends on a file, on the programs of this folder, on the JDK and on its arguments. */
  public static Done with(Path file, Path input, List<String> arguments) throws IOException {
    return new Done(file,
        Hashes.of(Hashes.of(input) + programs() + System.getProperty("java.vm.version") + arguments));
  }

  /** The folder of a program that was started from its source. */
  private static Path folder() {
    return Path.of(System.getProperty("jdk.launcher.sourcefile")).toAbsolutePath().getParent();
  }

  private static String programs() throws IOException {
    var hashes = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder())) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        hashes.append(Hashes.of(file));
      }
    }
    return hashes.toString();
  }

  /** Whether the step was done with just these inputs. */
  public boolean already() throws IOException {
    return Files.exists(file) && Files.readString(file).equals(inputs);
  }

  /** To be called first, so that a step that fails is not taken for done. */
  public void forget() throws IOException {
    Files.deleteIfExists(file);
  }

  /** To be called last. */
  public void remember() throws IOException {
    Files.writeString(file, inputs);
  }
}
