package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.registry.RealRegistry;
import io.kuik.registry.RegistrySetup;
import io.kuik.registry.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker as a program of a user: the jar that the build makes, between registries of this machine. */
class ByHandIT {
  private static final int SECONDS = 60;

  @TempDir
  private Path folder;
  private RealRegistry source;
  private RealRegistry target;
  private SampleImage image;
  private Digest index;

  @BeforeEach
  void start() throws IOException {
    source = new RealRegistry(RegistrySetup.in(Files.createDirectory(folder.resolve("source"))).password());
    target = new RealRegistry(RegistrySetup.in(Files.createDirectory(folder.resolve("target"))).password());
    image = new SampleImage(source);
    index = image.index("v1", image.entry(image.oci("a", 1, 3000), "linux", "amd64"),
        image.entry(image.oci("b", 2, 5000), "linux", "arm64"));
  }

  @AfterEach
  void stop() {
    source.close();
    target.close();
  }

  private static String host(RealRegistry registry) {
    return "localhost:" + registry.uri().getPort();
  }

  private record Ended(int exitCode, String output) {
  }

  private Ended run(String... args) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-jar", Path.of("target", "run", "cache-worker.jar").toAbsolutePath().toString()));
    command.addAll(Arrays.asList(args));
    Path output = folder.resolve("output");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(output.toFile());
    builder.environment().put("DOCKER_CONFIG", folder.toString());
    Process process = builder.start();
    assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), "the worker did not end");
    return new Ended(process.exitValue(), Files.readString(output));
  }

  private Ended copy(String... more) throws IOException, InterruptedException {
    var args = new ArrayList<>(List.of("copy", host(source) + "/" + SampleImage.REPOSITORY + ":v1", "--to",
        host(target) + "/mirror", "--insecure-registries", host(source) + "," + host(target)));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  private void login(RealRegistry... registries) throws IOException {
    var auths = new JsonObject();
    for (RealRegistry registry : registries) {
      var login = new JsonObject();
      login.addProperty("username", RealRegistry.USER);
      login.addProperty("password", RealRegistry.PASSWORD);
      auths.add(host(registry), login);
    }
    var config = new JsonObject();
    config.add("auths", auths);
    Files.writeString(folder.resolve("config.json"), config.toString());
  }

  @Test
  void copiesWithTheLoginsOfDocker() throws IOException, InterruptedException {
    login(target);
    assertEquals(CopyOutcome.UNAUTHORIZED.exitCode(), copy().exitCode());
    login(source, target);
    Ended done = copy();
    assertEquals(0, done.exitCode(), done.output());
    String place = "mirror/private/localhost__" + source.uri().getPort() + "/" + SampleImage.REPOSITORY;
    assertEquals("200 " + image.manifests.get(index), target.manifest(place, "v1"));
    assertFalse(done.output().contains(RealRegistry.PASSWORD), done.output());
    assertTrue(done.output().lines().findFirst().orElse("").contains("copy started image=" + host(source)),
        done.output());
    assertTrue(done.output().contains("copy planned platforms=linux/amd64,linux/arm64 manifests=3"),
        done.output());
    assertEquals(0, copy("--as", "exact/name:2").exitCode());
    assertEquals("200 " + image.manifests.get(index), target.manifest("mirror/exact/name", "2"));
  }

  @Test
  void tellsWhatItWouldMoveAndMovesNothing() throws IOException, InterruptedException {
    login(source, target);
    Ended told = copy("--dry-run", "--as", "name:1", "--platforms", "linux/arm64");
    assertEquals(0, told.exitCode(), told.output());
    assertTrue(told.output().contains("linux/arm64") && !told.output().contains("linux/amd64"),
        told.output());
    assertTrue(told.output().matches("(?s).*move +blob +sha256:[0-9a-f]{64} +5\\.0kB linux/arm64\n.*"),
        told.output());
    assertTrue(told.output().contains("0B is there already; the tag 1 would be new"), told.output());
    assertTrue(target.manifest("mirror/name", "1").startsWith("404 "));
    assertEquals(0, copy("--as", "name:1", "--platforms", "linux/arm64").exitCode());
    assertTrue(copy("--dry-run", "--as", "name:1").output().contains("there  index"), "half of it is there");
  }

  @Test
  void writesJsonForPrograms() throws IOException, InterruptedException {
    login(source, target);
    Ended done = copy("--log-format", "json");
    List<JsonObject> lines = done.output().lines().map(l -> JsonParser.parseString(l).getAsJsonObject())
        .toList();
    assertEquals("copy started", lines.getFirst().get("message").getAsString());
    assertEquals("copy ended", lines.getLast().get("message").getAsString());
    assertEquals(index.toString(), lines.getLast().get("digest").getAsString());
    assertTrue(lines.stream().allMatch(l -> l.has("time") && l.get("level").getAsString().equals("INFO")));
  }

  @Test
  void speaksTlsUnlessToldOtherwise() throws IOException, InterruptedException {
    login(source, target);
    Ended done = run("copy", host(source) + "/" + SampleImage.REPOSITORY + ":v1", "--to", host(target),
        "--insecure-registries", host(source));
    assertEquals(CopyOutcome.CACHE_UNAVAILABLE.exitCode(), done.exitCode(), done.output());
  }

  @Test
  void writesToARegistryWithATokenService()
      throws IOException, InterruptedException, GeneralSecurityException {
    login(source);
    Path place = Files.createDirectory(folder.resolve("token"));
    try (TokenService tokens = new TokenService(SelfSigned.create(place, "ip:127.0.0.1"));
        RealRegistry guarded = new RealRegistry(RegistrySetup.in(place).auth(tokens.auth()))) {
      Ended done = run("copy", host(source) + "/" + SampleImage.REPOSITORY + ":v1", "--to", host(guarded),
          "--as", "x:1", "--insecure-registries", host(source) + "," + host(guarded));
      assertEquals(0, done.exitCode(), done.output());
      assertTrue(tokens.given() > 0);
    }
  }

  @Test
  void saysWhatItIs() throws IOException, InterruptedException {
    assertTrue(run("--help").output().contains("copy IMAGE --to REGISTRY"), "help");
    assertTrue(run("--version").output().startsWith("cache-worker " + Version.current()), "version");
    Ended wrong = run("copy");
    assertEquals(CopyOutcome.INVALID.exitCode(), wrong.exitCode());
    assertTrue(wrong.output().contains("copy wants an image"), wrong.output());
    assertEquals(1, wrong.output().lines().count());
  }
}
