package io.kuik.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.Digest;
import io.kuik.model.RewrittenName;
import io.kuik.proxy.SpecBed.From;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The clients that people have, pulling through the proxy. {@code KUIK_CLIENTS} has lines of name and path.
 */
class ClientsIT extends SpecTests {
  private static final Map<String, String> CLIENTS = Optional.ofNullable(System.getenv("KUIK_CLIENTS"))
      .orElse("").lines().map(l -> l.split(" ", 2)).filter(l -> l.length == 2)
      .collect(Collectors.toMap(l -> l[0], l -> l[1]));
  private final RealImage image = new RealImage();
  private String manifest = "";
  private String index = "";

  @TempDir
  private Path folder;

  @BeforeAll
  void push() throws IOException, InterruptedException {
    for (From from : From.values()) {
      index = bed(from).push(image).toString();
    }
    manifest = Digest.sha256(image.manifest.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private String name(From from) {
    return "localhost:" + bed(from).port() + "/" + SpecBed.NAME;
  }

  /** What it printed; {@code %} in the arguments is the image's name without a tag. */
  private String run(From from, String client, String... arguments) throws IOException, InterruptedException {
    String program = CLIENTS.getOrDefault(client, "");
    Assumptions.assumeFalse(program.isEmpty(), "there is no " + client + " on this machine");
    var command = new ArrayList<>(List.of(program));
    Arrays.stream(arguments).map(a -> a.replace("%", name(from))).forEach(command::add);
    var builder = new ProcessBuilder(command).redirectErrorStream(true).directory(folder.toFile());
    Path libraries = Path.of(program).resolveSibling("../lib/x86_64-linux-gnu");
    builder.environment().put("HOME", folder.toString());
    if (client.equals("skopeo") && Files.isDirectory(libraries)) {
      builder.environment().put("LD_LIBRARY_PATH", libraries.toString());
    }
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), String.join(" ", command) + ": " + said);
    return said.strip();
  }

  /** The blobs and manifests of a layout that a client wrote are those of the image. */
  private void whole(Path layout) throws IOException {
    for (byte[] content : List.of(image.layer, image.config,
        image.manifest.getBytes(StandardCharsets.UTF_8))) {
      assertArrayEquals(content,
          Files.readAllBytes(layout.resolve("blobs/sha256/" + Digest.sha256(content).hex())));
    }
  }

  @ParameterizedTest
  @EnumSource
  void craneFindsTheImageValid(From from) throws Exception {
    for (String reference : List.of("%:real", "%@" + manifest, "%:multi")) {
      String said = run(from, "crane", "validate", "--remote", reference);
      assertTrue(said.startsWith("PASS: "), said);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theProxysOwnImageIsValidToo(From from) throws Exception {
    String name = "localhost:" + bed(from).port() + "/" + RewrittenName.CANARY + ":1";
    String said = run(from, "crane", "validate", "--remote", name);
    assertTrue(said.startsWith("PASS: "), said);
    run(from, "skopeo", "--insecure-policy", "copy", "--src-tls-verify=false", "docker://" + name,
        "oci:" + folder.resolve("canary") + ":1");
    run(from, "oras", "copy", "--from-plain-http", "--to-oci-layout", name,
        folder.resolve("oras-canary") + ":1");
  }

  @ParameterizedTest
  @EnumSource
  void cranePullsAndLists(From from) throws Exception {
    assertEquals(index, run(from, "crane", "digest", "%:multi"));
    assertEquals(image.manifest, run(from, "crane", "manifest", "%@" + manifest));
    run(from, "crane", "pull", "--format=oci", "%:real", folder.resolve("crane").toString());
    whole(folder.resolve("crane"));
    assertTrue(run(from, "crane", "ls", "%").lines().toList().containsAll(List.of("multi", "real")));
  }

  @ParameterizedTest
  @EnumSource
  void skopeoCopiesAndLists(From from) throws Exception {
    run(from, "skopeo", "--insecure-policy", "copy", "--all", "--src-tls-verify=false", "docker://%:multi",
        "oci:" + folder.resolve("skopeo") + ":multi");
    whole(folder.resolve("skopeo"));
    assertEquals(image.manifest,
        run(from, "skopeo", "inspect", "--raw", "--tls-verify=false", "docker://%@" + manifest));
    assertTrue(run(from, "skopeo", "list-tags", "--tls-verify=false", "docker://%").contains("\"real\""));
  }

  @ParameterizedTest
  @EnumSource
  void orasCopiesAndLists(From from) throws Exception {
    run(from, "oras", "copy", "--from-plain-http", "--to-oci-layout", "%:multi",
        folder.resolve("oras") + ":multi");
    whole(folder.resolve("oras"));
    assertTrue(run(from, "oras", "repo", "tags", "--plain-http", "%").lines().toList().contains("real"));
    run(from, "oras", "blob", "fetch", "--plain-http", "--output", folder.resolve("blob").toString(),
        "%@" + Digest.sha256(image.layer));
    assertArrayEquals(image.layer, Files.readAllBytes(folder.resolve("blob")));
  }

  @ParameterizedTest
  @EnumSource
  void orasDiscoversReferrers(From from) throws Exception {
    Digest referrer = bed(from).pushReferrer("application/vnd.example.sbom");
    String said = run(from, "oras", "discover", "--plain-http", "--format", "json", "--artifact-type",
        "application/vnd.example.sbom", "%@" + bed(from).manifest);
    assertTrue(said.contains(referrer.toString()), said);
    String other = run(from, "oras", "discover", "--plain-http", "--format", "json", "--artifact-type",
        "application/other", "%@" + bed(from).manifest);
    assertTrue(!other.contains(referrer.toString()), other);
  }
}
