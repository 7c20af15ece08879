package io.kuik.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names in the cache and on the proxy, and the way back from them. */
class CacheLocationTest {
  private static final String HEX = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

  @ParameterizedTest
  @CsvSource({"nginx, docker.io/library/nginx, latest", "host:5000/a:b, host__5000/a, b",
      "nginx:1@sha256:" + HEX + ", docker.io/library/nginx, kuik.sha256-" + HEX})
  void keepsEveryImageUnderATag(String image, String repository, String tag) {
    assertEquals(new CacheLocation(repository, tag), CacheLocation.of(ImageReference.parse(image)));
    assertEquals(new CacheLocation("private/" + repository, tag),
        CacheLocation.ofPrivate(ImageReference.parse(image)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nginx", "host:5000/a:b", "host-5000/a", "localhost/a/b", "a.b-c.d:1/x__y/z:t",
      "nginx:1@sha256:" + HEX, "quay.io/x@sha256:" + HEX})
  void comesBackFromTheRewrittenName(String text) {
    var names = new RewrittenName(7439);
    ImageReference image = ImageReference.parse(text);
    String rewritten = names.of(image);
    assertTrue(names.matches(rewritten));
    assertEquals(Optional.of(image), names.original(rewritten));
    assertEquals(Optional.of(new CacheLocation.Upstream(image.registry(), image.repository())),
        CacheLocation.upstream(CacheLocation.of(image).repository()));
  }

  @Test
  void knowsThePublicPlaceOfAPrivateOne() {
    ImageReference image = ImageReference.parse("host:5000/private/a:b");
    assertEquals(CacheLocation.of(image), CacheLocation.ofPrivate(image).open());
    assertEquals(CacheLocation.of(image), CacheLocation.of(image).open());
  }

  @Test
  void keepsAPortApartFromADash() {
    assertEquals("localhost:7439/host__5000/a:latest",
        new RewrittenName(7439).of(ImageReference.parse("host:5000/a")));
    assertEquals("localhost:7439/host-5000.x/a:latest",
        new RewrittenName(7439).of(ImageReference.parse("host-5000.x/a")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nginx", "library/nginx", "private/docker.io/library/nginx", "docker.io/nginx",
      "docker.io",
      "index.docker.io/library/nginx", "Docker.io/library/nginx", "a.b/../c", "a.b/c:d", "a.b/C"})
  void knowsNoUpstreamForOtherPaths(String repository) {
    assertEquals(Optional.empty(), CacheLocation.upstream(repository));
  }

  @Test
  void knowsWhatTheRegistryCanNotHold() {
    assertTrue(CacheLocation.of(ImageReference.parse("nginx")).storable());
    assertTrue(CacheLocation.of(ImageReference.parse("nginx@sha256:" + HEX)).storable());
    assertFalse(CacheLocation.of(ImageReference.parse("nginx@sha512:" + HEX + HEX)).storable());
    assertTrue(CacheLocation.of(ImageReference.parse("a.b/" + "x".repeat(251))).storable());
    assertFalse(CacheLocation.of(ImageReference.parse("a.b/" + "x".repeat(252))).storable());
  }

  @Test
  void leavesOtherNamesAlone() {
    var names = new RewrittenName(7439);
    assertEquals(Optional.empty(), names.original("localhost:5000/docker.io/library/nginx:latest"));
    assertThrows(InvalidReferenceException.class, () -> names.original("localhost:7439/nginx"));
  }

  @Test
  void seesWhenTheNameGrowsTooLong() {
    var names = new RewrittenName(7439);
    assertTrue(names.fits(ImageReference.parse("a.b/" + "x".repeat(255 - 15 - 4))));
    assertFalse(names.fits(ImageReference.parse("a.b/" + "x".repeat(255 - 15 - 3))));
  }
}
