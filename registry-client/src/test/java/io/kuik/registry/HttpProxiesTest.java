package io.kuik.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which proxy is asked, by the rules that Go programs follow. */
class HttpProxiesTest {
  private static Optional<String> proxy(Map<String, String> environment, String uri) {
    return HttpProxies.from(environment).on(URI.create(uri)).map(HttpProxy::toString);
  }

  @Test
  void eachSchemeHasItsOwn() {
    var both = Map.of("HTTPS_PROXY", "http://secure:3128", "http_proxy", "plain");
    assertEquals(Optional.of("secure:3128"), proxy(both, "https://a.b/v2/"));
    assertEquals(Optional.of("plain:80"), proxy(both, "http://a.b/v2/"));
    assertEquals(Optional.empty(), proxy(Map.of("HTTP_PROXY", "plain"), "https://a.b/"));
    assertEquals(Optional.of("upper:1"),
        proxy(Map.of("HTTPS_PROXY", "upper:1", "https_proxy", "lower:1"), "https://a.b/"));
    assertEquals(Optional.empty(), proxy(Map.of("HTTPS_PROXY", " "), "https://a.b/"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"quay.io | https://quay.io/ | true",
      "quay.io | https://cdn.quay.io/ | true", ".quay.io | https://cdn.quay.io/ | true",
      ".quay.io | https://quay.io/ | false", "*.quay.io | https://cdn.quay.io/ | true",
      "quay.io | https://notquay.io/ | false", "QUAY.io | https://Quay.IO/ | true",
      "quay.io:443 | https://quay.io/ | true", "quay.io:5000 | https://quay.io/ | false",
      "quay.io:5000 | https://quay.io:5000/ | true", "a, quay.io ,b | https://quay.io/ | true",
      "10.0.0.0/8 | https://10.1.2.3/ | true", "10.0.0.0/8 | https://11.1.2.3/ | false",
      "10.0.0.0/8 | https://ten.example/ | false", "192.0.2.7 | https://192.0.2.7:5000/ | true",
      "192.0.2.7:5000 | https://192.0.2.7:5000/ | true", "192.0.2.7:5000 | https://192.0.2.7/ | false",
      "fd00::/8 | https://[fd00::1]:5000/ | true", "[fd00::1] | https://[fd00::1]/ | true",
      "10.0.0.0/99 | https://10.0.0.1/ | false", "* | https://quay.io/ | true",
      ",, | https://quay.io/ | false",
      "x | https://localhost:5000/ | true", "x | https://127.0.0.1/ | true", "x | https://[::1]/ | true",
      "x | https://harbor.team.svc:5000/ | true", "x | https://harbor.team.svc.cluster.local/ | true",
      "x | https://harbor.team.svc.corp.example/ | true"})
  void someAreAskedDirectly(String noProxy, String uri, boolean direct) {
    assertEquals(direct, proxy(Map.of("HTTPS_PROXY", "p:1", "NO_PROXY", noProxy), uri).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://u:secret@p:1", "socks5://u:secret@p:1", "http://u:secret @p", "http://"})
  void whatItCannotUseIsNamedAndNotQuoted(String wrong) {
    var e = assertThrows(IllegalArgumentException.class,
        () -> HttpProxies.from(Map.of("https_proxy", wrong)));
    assertTrue(e.getMessage().startsWith("HTTPS_PROXY must be"), e.getMessage());
    assertFalse(e.getMessage().contains("secret"), e.getMessage());
  }

  @Test
  void itsTextHasNoPassword() {
    assertEquals(Optional.of("p:1"), proxy(Map.of("HTTPS_PROXY", "http://u:secret@p:1"), "https://a.b"));
  }
}
