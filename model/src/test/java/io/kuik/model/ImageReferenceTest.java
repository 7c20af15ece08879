package io.kuik.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How names are read, and the one spelling they all end in. */
class ImageReferenceTest {
  private static final String HEX = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

  @ParameterizedTest
  @CsvSource({"nginx, docker.io/library/nginx:latest", "nginx:1.27, docker.io/library/nginx:1.27",
      "library/nginx, docker.io/library/nginx:latest", "docker.io/nginx, docker.io/library/nginx:latest",
      "index.docker.io/a/b:c, docker.io/a/b:c", "grafana/loki, docker.io/grafana/loki:latest",
      "host:5000/a, host:5000/a:latest", "host:5000/a:b, host:5000/a:b",
      "HOST.example/a, host.example/a:latest",
      "localhost/a, localhost/a:latest", "localhost:5000/a/b/c:t, localhost:5000/a/b/c:t",
      "quay.io/a__b/c-d.e_f:T_1.x-2, quay.io/a__b/c-d.e_f:T_1.x-2",
      "nginx@sha256:" + HEX + ", docker.io/library/nginx@sha256:" + HEX,
      "nginx:1@sha256:" + HEX + ", docker.io/library/nginx:1@sha256:" + HEX})
  void normalisesAsContainerdDoes(String text, String canonical) {
    assertEquals(canonical, ImageReference.parse(text).canonical());
    assertEquals(canonical, ImageReference.parse(canonical).canonical());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", " nginx", "nginx ", "Nginx", "a//b", "/a", "a/", "a:", "a:.x", "a b",
      "a@sha256:12",
      "a@md5:" + HEX, HEX,
      "[fd00::1]:5000/a", "HOST/a", "a..b/c:1", "http://a.b/c", "a___b/c", "-a/b", "host.example:port/a",
      "a:b:c",
      "nginx@sha256:" + HEX + "@sha256:" + HEX, "a:tag\nb"})
  void refusesWithAReason(String text) {
    var e = assertThrows(InvalidReferenceException.class, () -> ImageReference.parse(text));
    assertTrue(e.getMessage().matches("(?s)invalid image reference \".*\": .{10,}"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 129})
  void limitsTags(int length) {
    String text = "a:" + "x".repeat(length);
    if (length <= 128) {
      assertEquals("x".repeat(length), ImageReference.parse(text).tag().orElseThrow());
    } else {
      assertThrows(InvalidReferenceException.class, () -> ImageReference.parse(text));
    }
  }
}
