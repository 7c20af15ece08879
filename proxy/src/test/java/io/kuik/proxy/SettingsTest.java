package io.kuik.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The environment as settings. */
class SettingsTest {
  private static final String CACHE = "http://kube-image-keeper-registry.kuik-system.svc:5001";

  @Test
  void hasDefaultsForAllButTheCache() {
    assertEquals(
        new Settings(7439, new InetSocketAddress("0.0.0.0", 7440), URI.create(CACHE),
            Path.of("/etc/kuik/registry"), Optional.empty(), Set.of(), "^latest$", Duration.ofSeconds(60)),
        Settings.from(Map.of("KUIK_CACHE", CACHE, "KUIK_CERTIFICATE_AUTHORITIES", "")));
  }

  @Test
  void takesEachOfThem() {
    assertEquals(
        new Settings(17439, new InetSocketAddress("10.0.0.7", 17440), URI.create("https://cache:5001"),
            Path.of("/credentials"), Optional.of(Path.of("/ca")), Set.of("a:5000", "b"), "",
            Duration.ofSeconds(5)),
        Settings.from(Map.of("KUIK_REVALIDATE_TAGS", "", "KUIK_REVALIDATE_SECONDS", "5", "KUIK_PORT", "17439",
            "KUIK_OPS_ADDRESS", "10.0.0.7:17440", "KUIK_CACHE",
            "https://cache:5001", "KUIK_CACHE_CREDENTIALS", "/credentials", "KUIK_CERTIFICATE_AUTHORITIES",
            "/ca", "KUIK_INSECURE_REGISTRIES", "a:5000, b,")));
  }

  @ParameterizedTest
  @CsvSource({"fd00::7:7440", "[fd00::7]:7440"})
  void takesANodesIpv6Address(String address) {
    Settings settings = Settings.from(Map.of("KUIK_CACHE", CACHE, "KUIK_OPS_ADDRESS", address));
    assertEquals(new InetSocketAddress("fd00::7", 7440), settings.opsAddress());
  }

  @ParameterizedTest
  @CsvSource({"KUIK_PORT, x", "KUIK_PORT, 0", "KUIK_PORT, 65536", "KUIK_OPS_ADDRESS, 7440",
      "KUIK_OPS_ADDRESS, 10.0.0.7:http", "KUIK_CACHE, ''", "KUIK_CACHE, cache:5001",
      "KUIK_REVALIDATE_TAGS, (", "KUIK_REVALIDATE_SECONDS, soon", "KUIK_REVALIDATE_SECONDS, -1",
      "KUIK_CACHE, http://cache:5001/v2", "KUIK_CACHE, http://kuik:s3cret@cache:5001"})
  void saysWhichOneIsWrong(String name, String value) {
    var environment = new HashMap<>(Map.of("KUIK_CACHE", CACHE));
    environment.put(name, value);
    var e = assertThrows(IllegalArgumentException.class, () -> Settings.from(environment));
    assertTrue(e.getMessage().startsWith(name), e.getMessage());
    assertFalse(e.getMessage().contains("s3cret"), e.getMessage());
  }
}
