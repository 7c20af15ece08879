package io.kuik.controller.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.kuik.controller.config.ControllerConfig.ImageFilter;
import io.kuik.controller.pod.PodContainer;
import io.kuik.model.ImageReference;
import io.kuik.model.RewrittenName;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Which images we look after, and why the others are none of our business. */
class ImageRulesTest {
  private static final ImageFilter ALL = new ImageFilter(List.of(), List.of(), false);

  private static ImageRules.Classified classify(ImageFilter filter, String image, String policy) {
    return new ImageRules(filter, new RewrittenName(7439)).classify(
        new PodContainer("c", false, image, policy.isEmpty() ? Optional.empty() : Optional.of(policy)));
  }

  private static String reason(ImageFilter filter, String image, String policy) {
    return assertInstanceOf(ImageRules.Unwanted.class, classify(filter, image, policy)).why().reason();
  }

  private static ImageRules.Wanted wanted(ImageFilter filter, String image, String policy) {
    return assertInstanceOf(ImageRules.Wanted.class, classify(filter, image, policy));
  }

  private static ImageFilter ignored(String regex) {
    return new ImageFilter(List.of(Pattern.compile(regex)), List.of(), false);
  }

  private static ImageFilter accepted(String regex) {
    return new ImageFilter(List.of(), List.of(Pattern.compile(regex)), false);
  }

  @Test
  void looksAfterAnOrdinaryImageAndKeepsItsSpelling() {
    assertEquals(new ImageRules.Wanted(ImageReference.parse("docker.io/library/nginx:latest"), "nginx"),
        wanted(ALL, "nginx", "Always"));
  }

  @Test
  void readsARewrittenNameBack() {
    var wanted = wanted(ALL, "localhost:7439/host__5000/a:b", "");
    assertEquals("host:5000/a:b", wanted.original());
    assertEquals("host:5000", wanted.image().registry());
  }

  @Test
  void leavesWhatIsNoReference() {
    assertEquals("InvalidReference", reason(ALL, "Not A Reference", ""));
    assertEquals("InvalidReference", reason(ALL, "", ""));
  }

  @Test
  void readsWhatThePredecessorWroteAndWritesItsOwnName() {
    for (String name : List.of("nginx", "docker.io/nginx", "library/nginx:latest")) {
      var wanted = wanted(ALL, "localhost:7439/" + name, "");
      assertEquals("docker.io/library/nginx:latest", wanted.original());
      assertEquals("localhost:7439/docker.io/library/nginx:latest",
          new RewrittenName(7439).of(wanted.image()));
    }
  }

  @Test
  void leavesAnImageOfOurProxyWhoseRegistryNobodyKnows() {
    assertEquals("InvalidReference", reason(ALL, "localhost:7439/host-5000/nginx", ""));
    assertEquals("InvalidReference", reason(ALL, "localhost:7439/kuik-canary/probe:1", ""));
  }

  @Test
  void leavesImagesThatAreNeverPulled() {
    assertEquals("PullPolicyNever", reason(ALL, "nginx:1", "Never"));
  }

  @Test
  void leavesImagesThatAreAlwaysPulledWhenToldTo() {
    var filter = new ImageFilter(List.of(), List.of(), true);
    assertEquals("PullPolicyAlways", reason(filter, "nginx:1", "Always"));
    assertEquals("PullPolicyAlways", reason(filter, "nginx", ""));
    assertEquals("nginx", wanted(filter, "nginx", "IfNotPresent").original());
    assertEquals("nginx:1", wanted(filter, "nginx:1", "").original());
    String digest = "nginx@sha256:" + "a".repeat(64);
    assertEquals(digest, wanted(filter, digest, "").original());
  }

  @Test
  void ignoresByTheNameAsWrittenAndByTheCanonicalOne() {
    assertEquals("IgnoredImage", reason(ignored("^nginx$"), "nginx", ""));
    assertEquals("IgnoredImage", reason(ignored("^docker\\.io/library/nginx:latest$"), "nginx", ""));
    assertEquals("redis", wanted(ignored("nginx"), "redis", "").original());
  }

  @Test
  void acceptsByTheNameAsWrittenAndByTheCanonicalOne() {
    assertEquals("NotAcceptedImage", reason(accepted("^quay\\.io/"), "nginx", ""));
    assertEquals("nginx", wanted(accepted("^nginx$"), "nginx", "").original());
    assertEquals("nginx", wanted(accepted("^docker\\.io/"), "nginx", "").original());
  }

  @Test
  void ignoringIsStrongerThanAccepting() {
    var both = new ImageFilter(List.of(Pattern.compile("nginx")), List.of(Pattern.compile("nginx")), false);
    assertEquals("IgnoredImage", reason(both, "nginx", ""));
  }

  @Test
  void filtersARewrittenNameByItsOriginal() {
    assertEquals("IgnoredImage",
        reason(ignored("^docker\\.io/library/nginx"), "localhost:7439/docker.io/library/nginx:1", ""));
  }

  @Test
  void leavesImagesWhoseNewNameKubeletWouldRefuse() {
    assertEquals("NameTooLong", reason(ALL, "quay.io/" + "a".repeat(235), ""));
  }
}
