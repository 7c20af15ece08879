package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CacheLocation;
import io.kuik.model.CopyOutcome;
import io.kuik.model.CopyReport;
import io.kuik.model.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line, as far as it gets without a registry. */
class CacheWorkerTest {
  @TempDir
  private Path folder;

  private static int run(String... args) {
    return CacheWorker.run(Surroundings.REAL, args);
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
        "--insecure-registries=g:5000, h", "--termination-log=i", "--log-format=json", "--referrers",
        "--dry-run=true");
    assertEquals(
        new WorkerOptions("a", new WorkerOptions.Target.Cache("b", Set.of()), "c", Optional.of(Path.of("d")),
            Optional.of(Path.of("e")), Optional.of(Path.of("f")), Set.of("g:5000", "h"), Path.of("i"),
            new WorkerOptions.Mode(true, true, true)),
        options);
    assertEquals(
        new WorkerOptions("a", new WorkerOptions.Target.Cache("b", Set.of()), "all", Optional.empty(),
            Optional.empty(),
            Optional.empty(), Set.of(), Path.of("/dev/termination-log"),
            new WorkerOptions.Mode(false, false, false)),
        WorkerOptions.parse("--image=a", "--cache=b", "--cache-credentials="));
  }

  @Test
  void readsACommandOfAUser() {
    WorkerOptions options = WorkerOptions.parse("copy", "nginx", "--to", "r:5000/x", "--as=y:1", "--dry-run");
    assertEquals("nginx", options.image());
    assertEquals(new WorkerOptions.Target.Registry("r:5000/x", Optional.of("y:1")), options.target());
    assertEquals(new WorkerOptions.Mode(true, false, false), options.mode());
    assertEquals(new WorkerOptions.Target.Cache("http://c:5000", Set.of()),
        WorkerOptions.parse("copy", "--cache", "http://c:5000", "nginx").target());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"copy | copy wants an image", "copy a | where to",
      "copy a --to | --to has no value", "copy a --to b --cache c | exclude each other",
      "copy a b --to c | Unknown argument b", "--image=a --cache=b --dry-run=yes | true or false",
      "--image=a --cache=b --log-format=xml | text or json", "-x | Unknown argument -x"})
  void saysWhatIsWrongWithACommand(String line, String said) {
    var e = assertThrows(IllegalArgumentException.class, () -> WorkerOptions.parse(line.split(" ")));
    assertTrue(e.getMessage().contains(said), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "r.example | | https://r.example | docker.io/library/nginx:1",
      "r.example:5000/a/b | | https://r.example:5000 | a/b/docker.io/library/nginx:1",
      "plain:80/a | | http://plain:80 | a/docker.io/library/nginx:1",
      "r.example/a | b/c | https://r.example | a/b/c:latest", "r.example | c:2 | https://r.example | c:2",
      "docker.io/me | | https://registry-1.docker.io | me/docker.io/library/nginx:1",
      "localhost:5000 | x:1 | https://localhost:5000 | x:1"})
  void findsThePlaceInAnyRegistry(String to, String as, String registry, String place) {
    var target = new WorkerOptions.Target.Registry(to, Optional.ofNullable(as));
    Destination destination = Destination.named(target, Set.of("plain:80"), Optional.empty());
    CacheLocation location = destination.of(CacheLocation.of(ImageReference.parse("nginx:1")));
    assertEquals(registry, destination.registry().toString());
    assertEquals(place, location.repository() + ":" + location.tag());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"http://r:5000 | | --to must", "r:5000/UP | | --to must",
      "team/x | | --to must", "r:5000 | a@b | --as must", "r:5000 | UP | --as must"})
  void refusesPlacesThatAreNone(String to, String as, String said) {
    var target = new WorkerOptions.Target.Registry(to, Optional.ofNullable(as));
    var e = assertThrows(CopyFailure.class, () -> Destination.named(target, Set.of(), Optional.empty()));
    assertEquals(CopyOutcome.INVALID, e.outcome());
    assertTrue(e.getMessage().contains(said), e.getMessage());
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
