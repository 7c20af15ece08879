package io.kuik.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
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
    assertEquals(Optional.of(image.name() + ":any"),
        RewrittenName.anyImage(CacheLocation.of(image).repository()).map(ImageReference::canonical));
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
  @ValueSource(strings = {"docker.io", "private/docker.io/library/nginx", "ns__team/quay.io/a",
      "kuik-canary/probe", "host-5000/a", "host__0/a", "a.b/../c", "a.b/c:d", "a.b/C"})
  void knowsNoUpstreamForOtherPaths(String repository) {
    assertEquals(Optional.empty(), RewrittenName.anyImage(repository));
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
    for (String rest : List.of("quay.io", "host-5000/app:1", "user-1/app", "private/app", "ns__team__1/app",
        "ns__team/app", "kuik-canary/probe:1", "kuik-canary/other", "a__99999/app",
        "10.0.0.5-99999/app", "10.0.0.5-0500/app", "")) {
      assertThrows(InvalidReferenceException.class, () -> names.original("localhost:7439/" + rest), rest);
    }
  }

  @ParameterizedTest
  @CsvSource({"nginx, nginx", "nginx:1.27, nginx:1.27", "nginx-5000:1, nginx-5000:1",
      "library/nginx:1, nginx:1",
      "bitnami/redis, bitnami/redis", "bitnami/redis:7@sha256:" + HEX + ", bitnami/redis:7@sha256:" + HEX,
      "docker.io/nginx, nginx", "docker.io/bitnami/redis:7, bitnami/redis:7",
      "index.docker.io/library/nginx:1, nginx:1", "index.docker.io/nginx, nginx",
      "quay.io/a/b, quay.io/a/b", "registry.team-5000/a:1, registry.team-5000/a:1",
      "10.0.0.5-5000/a/b:1, 10.0.0.5:5000/a/b:1",
      "5000-user/app, 5000-user/app"})
  void readsNamesThatThePredecessorWrote(String rest, String image) {
    assertEquals(Optional.of(ImageReference.parse(image)),
        new RewrittenName(7439).original("localhost:7439/" + rest));
  }

  @Test
  void seesWhenTheNameGrowsTooLong() {
    var names = new RewrittenName(7439);
    assertTrue(names.fits(ImageReference.parse("a.b/" + "x".repeat(255 - 15 - 4))));
    assertFalse(names.fits(ImageReference.parse("a.b/" + "x".repeat(255 - 15 - 3))));
  }
}
