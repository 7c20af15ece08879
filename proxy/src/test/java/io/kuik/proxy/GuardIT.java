package io.kuik.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The proxy is no bridge: to nowhere that a stranger's name, redirect or token service leads to. In a network
 * namespace with real public, private and link-local addresses, which takes Linux and root.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuardIT {
  private static final String WORLD = "ip link set lo up"
      + " && ip addr add 203.0.113.9/32 dev lo && ip addr add 10.0.0.5/32 dev lo"
      + " && ip addr add 169.254.169.254/32 dev lo && exec \"$0\" \"$@\"";

  private Map<String, String> answers = Map.of();

  @BeforeAll
  void run(@TempDir Path folder) throws IOException, InterruptedException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve("java.net.spi.InetAddressResolverProvider"),
        ChangingNames.class.getName() + "\n");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path output = folder.resolve("output");
    Process process = new ProcessBuilder("unshare", "-n", "sh", "-c", WORLD, java, "-cp",
        folder + ":" + System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        GuardedWorld.class.getName())
        .redirectErrorStream(true).redirectOutput(output.toFile()).start();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS), () -> "no end: " + text(output));
    String text = text(output);
    Assumptions.assumeFalse(text.contains("unshare failed"), "no network namespace can be made here");
    assertEquals(0, process.exitValue(), text);
    answers = text.lines().filter(l -> l.startsWith("GUARD|")).map(l -> l.split("\\|"))
        .collect(Collectors.toMap(l -> l[1], l -> l[2] + " " + l[3]));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void is(String question, String answer) {
    assertEquals(answer, answers.get(question), question);
  }

  @Test
  void registriesOfBothNetworksAreAskedThemselves() {
    is("name public.example:8080", "404 {203.0.113.9=1}");
    is("name private.example:8080", "404 {10.0.0.5=1}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:8080", "169.254.169.254:8080", "169.254.169.254", "2130706433:8080",
      "127.1:8080"})
  void noAddressOfTheNodeOrTheCloudIsAskedHoweverItIsWritten(String registry) {
    is("name " + registry, "403 {}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"loop.example:8080", "meta.example:8080", "meta.example", "mixed.example:8080",
      "nat64.example:8080", "mapped.example:8080"})
  void noNameLeadsThere(String registry) {
    is("name " + registry, "403 {}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"loop", "meta", "ten", "loopname", "metaname", "privatename"})
  void noRedirectOfAPublicRegistryLeadsThereOrIntoThePrivateNetwork(String target) {
    is("redirect " + target, "403 {203.0.113.9=1}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"loop", "meta", "ten", "loopname", "metaname", "privatename"})
  void noTokenServiceOfAPublicRegistryLeadsThereOrIntoThePrivateNetwork(String target) {
    is("realm " + target, "403 {203.0.113.9=1}");
  }

  @Test
  void noNameThatChangesItsMeaningLeadsThere() {
    for (String question : List.of("rebinding loopback", "rebinding private")) {
      String answer = String.valueOf(answers.get(question));
      assertTrue(answer.contains("203.0.113.9="), answer);
      assertFalse(answer.contains("127.0.0.1") || answer.contains("secret"), answer);
    }
  }

  @Test
  void aProxyOfTheEnvironmentIsAskedInsteadButNotForAddressesOfTheNodeOrTheCloud() {
    is("proxied", "404 {10.0.0.5=1}");
    assertTrue(answers.getOrDefault("proxied https", "").startsWith("502 "), String.valueOf(answers));
    is("proxied not", "404 {203.0.113.9=1}");
    is("proxied loop", "403 {}");
    is("proxied meta", "403 {}");
  }
}
