package io.kuik.controller.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.controller.config.ControllerConfig.RewriteMode;
import io.kuik.model.Platform;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart's settings become, and how wrong ones are refused. */
class ControllerConfigTest {
  private static final String REQUIRED = """
      "namespace": "kuik-system", "instance": "kuik", "fullname": "kuik-kube-image-keeper",
      "registry": "http://registry:5000", "proxyPort": 7439, "rewrite": "Servable",
      "maxConcurrentCopies": 3, "pullReservePercent": 50, "healingsPerMinute": 300,
      "refreshInterval": "1h", "availabilityInterval": "24h", "cacheCheckInterval": "30m",
      "orphanGrace": "24h\"""";

  private static ControllerConfig parse(String more) {
    return ControllerConfig.parse("{" + REQUIRED + (more.isEmpty() ? "" : ", " + more) + "}");
  }

  @Test
  void listsAreEmptyAndSwitchesOffByDefault() {
    ControllerConfig config = parse("");
    assertEquals(List.of(), config.platforms());
    assertEquals(Set.of(), config.filter().ignoredNamespaces());
    assertEquals(List.of(), config.filter().objectSelector().expressions());
    assertEquals(Set.of(), config.filter().ignoredOwners());
    assertEquals(List.of(), config.images().ignored());
    assertEquals(List.of(), config.images().accepted());
    assertEquals(false, config.images().ignorePullPolicyAlways());
    assertEquals(Set.of(), config.insecureRegistries());
    assertEquals(Optional.empty(), config.certificateAuthorities());
    assertFalse(config.canaries());
  }

  @Test
  void whatBelongsToTheReleaseIsKnownByTwoLabels() {
    ControllerConfig config = parse("");
    assertEquals(
        Map.of("app.kubernetes.io/name", "kube-image-keeper", "app.kubernetes.io/instance", "kuik"),
        config.labels());
    assertEquals("app.kubernetes.io/name=kube-image-keeper,app.kubernetes.io/instance=kuik",
        config.selector());
  }

  @Test
  void everyKeyHasItsPlace() {
    ControllerConfig config = parse("""
        "platforms": ["linux/amd64", "linux/arm/v7"], "ignoredNamespaces": ["a", "a", "b"],
        "ignoredImages": ["^x"], "acceptedImages": ["^y"], "ignorePullPolicyAlways": true,
        "objectSelector": {"matchExpressions": [{"key": "k", "operator": "Exists"}]},
        "ignoredOwners": ["Cluster.postgresql.cnpg.io"], "insecureRegistries": ["a:5000"],
        "certificateAuthorities": "/etc/kuik/ca", "canaries": true""");
    assertEquals("kuik-system", config.namespace());
    assertEquals("kuik", config.instance());
    assertEquals("kuik-kube-image-keeper", config.fullname());
    assertEquals(URI.create("http://registry:5000"), config.registry());
    assertEquals(7439, config.proxyPort());
    assertEquals(RewriteMode.SERVABLE, config.rewrite());
    assertEquals(3, config.maxConcurrentCopies());
    assertEquals(50, config.pullReservePercent());
    assertEquals(300, config.healingsPerMinute());
    assertEquals(List.of(Platform.parse("linux/amd64"), Platform.parse("linux/arm/v7")),
        config.platforms());
    assertEquals(Set.of("a", "b"), config.filter().ignoredNamespaces());
    assertTrue(config.filter().objectSelector().matches(Map.of("k", "v")));
    assertEquals(Set.of("Cluster.postgresql.cnpg.io"), config.filter().ignoredOwners());
    assertEquals(List.of("^x"), config.images().ignored().stream().map(Pattern::pattern).toList());
    assertEquals(List.of("^y"), config.images().accepted().stream().map(Pattern::pattern).toList());
    assertTrue(config.images().ignorePullPolicyAlways());
    assertEquals(Set.of("a:5000"), config.insecureRegistries());
    assertEquals(Optional.of(Path.of("/etc/kuik/ca")), config.certificateAuthorities());
    assertTrue(config.canaries());
  }

  @Test
  void emptyAuthoritiesAreNone() {
    assertEquals(Optional.empty(), parse("\"certificateAuthorities\": \"\"").certificateAuthorities());
  }

  private static String refused(String json) {
    return String
        .valueOf(
            assertThrows(IllegalArgumentException.class, () -> ControllerConfig.parse(json)).getMessage());
  }

  @ParameterizedTest
  @CsvSource({"30, PT720H", "0, PT0S", "36h, PT36H", "90m, PT90M", "1d12h, PT36H", "45s, PT45S"})
  void theExpiryDelayIsANumberOfDaysOrADuration(String text, Duration delay) {
    assertEquals(Optional.of(delay), parse("\"expiryDelay\": \"" + text + "\"").life().expiryDelay());
  }

  @Test
  void howLongImagesStay() {
    LifeConfig life = parse("\"refreshTags\": \"^latest$\"").life();
    assertEquals(Optional.empty(), life.expiryDelay());
    assertEquals(Optional.of("^latest$"), life.refreshTags().map(Pattern::pattern));
    assertEquals(Duration.ofHours(1), life.refreshInterval());
    assertEquals(Optional.of(Duration.ofDays(1)), life.availabilityInterval());
    assertEquals(Optional.empty(), ControllerConfig
        .parse("{" + without("availabilityInterval") + ", \"availabilityInterval\": \"0\"}").life()
        .availabilityInterval());
    assertEquals(Duration.ofMinutes(30), life.cacheCheckInterval());
    assertEquals(Duration.ofHours(24), life.orphanGrace());
    assertEquals(Optional.empty(), parse("\"refreshTags\": \"\"").life().refreshTags());
    assertEquals(Duration.ZERO, ControllerConfig
        .parse("{" + without("orphanGrace") + ", \"orphanGrace\": \"0\"}").life().orphanGrace());
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespace", "instance", "fullname", "registry", "proxyPort", "rewrite",
      "maxConcurrentCopies", "pullReservePercent", "healingsPerMinute", "refreshInterval",
      "availabilityInterval", "cacheCheckInterval", "orphanGrace"})
  void aMissingKeyIsNamed(String key) {
    String message = refused("{" + without(key) + "}");
    assertTrue(message.contains("\"" + key + "\""), message);
  }

  private static String without(String key) {
    return REQUIRED.replaceAll("\"" + key + "\": [^,]+(,|$)", "").replaceFirst(",\\s*$", "");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      proxyPort              | 0
      proxyPort              | 65536
      proxyPort              | "7439"
      maxConcurrentCopies    | 0
      pullReservePercent     | -1
      pullReservePercent     | 101
      pullReservePercent     | "50"
      healingsPerMinute      | -1
      rewrite                | "sometimes"
      registry               | "not a url"
      registry               | "registry:5000"
      platforms              | ["amd64"]
      platforms              | "linux/amd64"
      ignoredImages          | ["("]
      acceptedImages         | ["*"]
      ignorePullPolicyAlways | "true"
      objectSelector         | {"matchExpressions": [{"key": "a", "operator": "Gt"}]}
      objectSelector         | []
      objectSelector         | {"matchLabels": {}}
      ignoredNamespaces      | {}
      ignoredNamespaces      | [{}]
      expiryDelay            | "soon"
      expiryDelay            | "-1"
      expiryDelay            | "1.5h"
      refreshTags            | "("
      refreshInterval        | "0"
      refreshInterval        | ""
      availabilityInterval   | "daily"
      cacheCheckInterval     | "0m"
      orphanGrace            | "1y"
      canaries               | "yes"
      nonsense               | 1
      """)
  void aWrongValueIsRefusedByItsKey(String key, String value) {
    String message = refused("{" + without(key) + ", \"" + key + "\": " + value + "}");
    assertTrue(message.contains(key), message);
  }

  @Test
  void whatIsNoJsonObjectIsRefused() {
    assertTrue(refused("[]").contains("JSON"));
    assertTrue(refused("{").contains("JSON"));
    assertTrue(refused("").contains("JSON"));
  }

  @Test
  void readsAFile(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("controller.json"), "{" + REQUIRED + "}");
    assertEquals("kuik", ControllerConfig.read(file).instance());
  }

  @Test
  void aFileThatIsNotThereIsNamed(@TempDir Path folder) {
    Path file = folder.resolve("none.json");
    var e = assertThrows(IllegalArgumentException.class, () -> ControllerConfig.read(file));
    assertTrue(String.valueOf(e.getMessage()).contains(file.toString()));
  }
}
