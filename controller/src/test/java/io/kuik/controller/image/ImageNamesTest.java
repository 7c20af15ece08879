package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.ImageReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names that images get in Kubernetes. */
class ImageNamesTest {
  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

  private static String resource(String image) {
    return ImageNames.resource(ImageReference.parse(image), n -> false);
  }

  private static String job(String image) {
    return ImageNames.job(ImageReference.parse(image));
  }

  @Test
  void aCachedImageIsCalledAsThePredecessorCalledIt() {
    assertEquals("docker.io-library-nginx-1.27", resource("nginx:1.27"));
    assertEquals("localhost-5000-a-b", resource("localhost:5000/a:b"));
    assertEquals("docker.io-library-nginx-sha256-" + "a".repeat(64),
        resource("nginx@sha256:" + "a".repeat(64)));
  }

  @Test
  void anImageWhoseNameIsTakenGetsAHash() {
    String first = resource("a-b:1");
    String second = ImageNames.resource(ImageReference.parse("a_b:1"), first::equals);
    assertEquals("docker.io-library-a-b-1", first);
    assertTrue(second.matches("docker\\.io-library-a-b-1-[0-9a-f]{8}"), second);
  }

  @Test
  void aNameIsTheSameEachTime() {
    assertEquals(job("nginx:1"), job("docker.io/library/nginx:1"));
    assertEquals(ImageNames.resource(ImageReference.parse("nginx:1"), n -> true),
        ImageNames.resource(ImageReference.parse("nginx:1"), n -> true));
  }

  @Test
  void jobsOfDifferentImagesHaveDifferentNames() {
    assertNotEquals(job("a/b:1"), job("a-b:1"));
    assertNotEquals(job("a:X"), job("a:x"));
    assertNotEquals(job("host:5000/a:1"), job("host-5000.x/a:1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nginx", "host:5000/a/b:tag", "a/b__c/d_e:V1.2_x-", "quay.io/a:_", "quay.io/a:1..2",
      "quay.io/a:x.-.", "UPPER.example.com/a:B", "a--b/c:1"})
  void everyNameIsOneThatKubernetesTakes(String image) {
    assertTrue(resource(image).matches(LABEL + "(\\." + LABEL + ")*"), resource(image));
    assertTrue(job(image).matches("cache-" + LABEL), job(image));
    assertTrue(job(image).length() <= 57);
  }

  @Test
  void longNamesAreCutBeforeTheirHash() {
    String image = "quay.io/" + "a/".repeat(110) + "b:" + "t".repeat(128);
    assertEquals(253, resource(image).length(), resource(image));
    assertTrue(resource(image).matches(LABEL + "(\\." + LABEL + ")*"));
    assertTrue(job(image).matches("cache-quay-io-a-.*-[0-9a-f]{8}"), job(image));
    assertTrue(job(image).length() <= 57);
    for (int i = 30; i < 60; i++) {
      assertTrue(job("quay.io/" + "a".repeat(i) + "/b:c").matches(LABEL));
    }
  }
}
