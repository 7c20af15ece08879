package io.kuik.e2e.bed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The test bed's commands (e2e/cluster), as a person would call them. */
public final class Bed {
  /** The nodes of the cluster. */
  public static final List<String> NODES = List.of("n1", "n2");
  /** The modules that are images. */
  public static final List<String> MODULES = List.of("controller", "cache-worker", "gc-worker", "proxy");
  /** Everything that the running cluster consists of. */
  public static final Path STATE = Path.of("/var/lib/kuik-e2e");
  /** The certificate authority of the bed's internet. */
  public static final Path UPSTREAM_CA = STATE.resolve("pki/upstream-ca.crt");

  private static final Path ROOT = Path.of(System.getProperty("kuik.root", "..")).toAbsolutePath()
      .normalize();
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private Bed() {
  }

  /** How a command ended. */
  public record Result(int exit, byte[] bytes, String error, Duration took) {
    /** Its standard output as text. */
    public String output() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** The repository's folder. */
  public static Path root() {
    return ROOT;
  }

  /** Runs a command of the bed and gives what it printed; fails if it fails. */
  public static String run(String command, String... arguments) {
    return checked(command, arguments).output();
  }

  /** The same with all that is known of its end. */
  public static Result checked(String command, String... arguments) {
    Result result = attempt("", command, arguments);
    if (result.exit() != 0) {
      throw new AssertionError(
          command + " " + String.join(" ", arguments) + ": exit code " + result.exit() + "\n"
              + result.error() + result.output());
    }
    return result;
  }

  /** Runs a command of the bed with this standard input, however it ends. */
  public static Result attempt(String input, String command, String... arguments) {
    var line = new ArrayList<String>();
    line.add(ROOT.resolve("e2e/cluster").resolve(command).toString());
    line.addAll(List.of(arguments));
    return execute(ROOT, input, line);
  }

  /** Runs any program in a folder. */
  public static Result execute(Path folder, String input, List<String> line) {
    long start = System.nanoTime();
    try {
      Path in = Files.createTempFile("e2e", ".in");
      Path out = Files.createTempFile("e2e", ".out");
      Path error = Files.createTempFile("e2e", ".err");
      try {
        Files.writeString(in, input);
        Process process = new ProcessBuilder(line).directory(folder.toFile()).redirectInput(in.toFile())
            .redirectOutput(out.toFile()).redirectError(error.toFile()).start();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(line + " still ran after " + PATIENCE + "\n" + Files.readString(error));
        }
        return new Result(process.exitValue(), Files.readAllBytes(out), Files.readString(error),
            Duration.ofNanos(System.nanoTime() - start));
      } finally {
        Files.deleteIfExists(in);
        Files.deleteIfExists(out);
        Files.deleteIfExists(error);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Puts the images that "make images" made into every node's containerd. */
  public static void loadProductImages() {
    for (String module : MODULES) {
      Path tar = ROOT.resolve(module).resolve("target/jib-image.tar");
      if (!Files.exists(tar)) {
        throw new AssertionError(tar + " is missing: make images");
      }
      run("load-image", "all", tar.toString());
    }
  }

  /** Cuts, hangs or heals a registry of the internet. */
  public static void internet(String verb, String name) {
    run("internet", verb, name);
  }

  /** Connection attempts to a registry since the last reset. */
  public static int connections(String name) {
    return Integer.parseInt(run("internet", "connections", name).strip());
  }

  /** Begins to count anew. */
  public static void resetConnections(String name) {
    run("internet", "connections", name, "--reset");
  }
}
