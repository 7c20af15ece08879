package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import io.kuik.model.CopyOutcome;
import io.kuik.model.CopyReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line, as far as it gets without a registry. */
class CacheWorkerTest {
  @TempDir
  private Path folder;

  private static int run(String... args) {
    return CacheWorker.run(UnaryOperator.identity(), args);
  }

  @Test
  void answersHelpAndVersion() {
    assertEquals(0, run("--help"));
    assertEquals(0, run("--version"));
    assertTrue(Version.current().matches("[0-9].*"), "filtered by the build");
  }

  @Test
  void callsAWrongCommandLineInvalid() {
    assertEquals(CopyOutcome.INVALID.exitCode(), run("--nonsense"));
    assertEquals(CopyOutcome.INVALID.exitCode(), run("--image=a"));
    assertEquals(CopyOutcome.INVALID.exitCode(), run("--image", "a"));
  }

  @Test
  void readsEveryArgument() {
    WorkerOptions options = WorkerOptions.parse("--image=a", "--cache=b", "--platforms=c",
        "--cache-credentials=d", "--source-credentials=e", "--certificate-authorities=f",
        "--insecure-registries=g:5000, h", "--termination-log=i");
    assertEquals(new WorkerOptions("a", "b", "c", Optional.of(Path.of("d")), Optional.of(Path.of("e")),
        Optional.of(Path.of("f")), Set.of("g:5000", "h"), Path.of("i")), options);
    assertEquals(
        new WorkerOptions("a", "b", "all", Optional.empty(), Optional.empty(), Optional.empty(), Set.of(),
            Path.of("/dev/termination-log")),
        WorkerOptions.parse("--image=a", "--cache=b", "--cache-credentials="));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"--image=UPPER/case | --image:",
      "--cache=registry:5000 | --cache must",
      "--cache=http://u:secret@registry:5000 | --cache must", "--platforms=linux | --platforms:",
      "--cache-credentials=/nowhere | /nowhere/username", "--source-credentials=/nowhere | /nowhere"})
  void saysWhichArgumentIsWrong(String wrong, String said) throws IOException {
    Path log = Files.writeString(folder.resolve("log"), "");
    var args = new ArrayList<>(
        List.of("--image=a.b/c:d", "--cache=http://127.0.0.1:1", "--termination-log=" + log));
    args.removeIf(a -> a.startsWith(wrong.substring(0, wrong.indexOf('=') + 1)));
    args.add(wrong);
    assertEquals(CopyOutcome.INVALID.exitCode(), run(args.toArray(String[]::new)));
    String message = new Gson().fromJson(Files.readString(log), CopyReport.class).message();
    assertTrue(message.contains(said) && !message.contains("secret"), message);
  }

  @Test
  void refusesDigestsThatTheCacheCannotStore() {
    assertEquals(CopyOutcome.UNSUPPORTED.exitCode(),
        run("--image=a.b/c@sha512:" + "a".repeat(128), "--cache=http://127.0.0.1:1"));
  }

  @Test
  void refusesNamesThatTheCacheCannotStore() {
    assertEquals(CopyOutcome.UNSUPPORTED.exitCode(),
        run("--image=a.b/" + "c".repeat(250) + ":d", "--cache=http://127.0.0.1:1"));
  }
}
