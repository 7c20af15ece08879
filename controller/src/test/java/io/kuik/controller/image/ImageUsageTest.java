package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import io.kuik.controller.config.ControllerConfig.ImageFilter;
import io.kuik.controller.pod.PodView;
import io.kuik.controller.rewrite.ImageRules;
import io.kuik.model.RewrittenName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Which pods count as users of which images. */
class ImageUsageTest {
  private static final String NGINX = "docker.io/library/nginx:1";
  private static final String REDIS = "docker.io/library/redis:1";

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final ImageUsage usage = new ImageUsage(new ImageRules(
      new ImageFilter(List.of(Pattern.compile("secret")), List.of(), false), new RewrittenName(7439)),
      () -> now);

  private static PodView pod(String name, String phase, String... images) {
    return Samples.pod(name, true, phase, images);
  }

  private List<String> users(String image) {
    return usage.pods(image).stream().sorted().toList();
  }

  @Test
  void countsThePodsOfAnImage() {
    assertEquals(Set.of(NGINX), usage.update(pod("a", "Running", "nginx:1")));
    assertEquals(Set.of(NGINX, REDIS), usage.update(pod("b", "Running", "nginx:1", "redis:1")));
    assertEquals(List.of("n/a", "n/b"), users(NGINX));
    assertEquals(List.of("n/b"), users(REDIS));
  }

  @Test
  void aRewrittenNameCountsForItsOriginal() {
    usage.update(pod("a", "Running", "localhost:7439/" + NGINX));
    assertEquals(List.of("n/a"), users(NGINX));
  }

  @Test
  void aNameThatThePredecessorWroteDoesToo() {
    usage.update(pod("a", "Running", "localhost:7439/nginx:1", "localhost:7439/docker.io/redis:1"));
    assertEquals(List.of("n/a"), users(NGINX));
    assertEquals(Set.of(NGINX, REDIS), usage.used());
  }

  @Test
  void aChangeThatDoesNotConcernImagesChangesNothing() {
    usage.update(pod("a", "Pending", "nginx:1"));
    assertEquals(Set.of(), usage.update(pod("a", "Running", "nginx:1")));
    assertEquals(Set.of(), usage.update(pod("a", "Running", "localhost:7439/" + NGINX)));
  }

  @Test
  void aChangedImageIsGivenUpAndTaken() {
    usage.update(pod("a", "Running", "nginx:1"));
    assertEquals(Set.of(NGINX, REDIS), usage.update(pod("a", "Running", "redis:1")));
    assertEquals(List.of(), users(NGINX));
    assertEquals(List.of("n/a"), users(REDIS));
  }

  @Test
  void finishedPodsUseNothing() {
    usage.update(pod("a", "Running", "nginx:1"));
    assertEquals(Set.of(NGINX), usage.update(pod("a", "Succeeded", "nginx:1")));
    assertEquals(List.of(), users(NGINX));
    assertEquals(Set.of(), usage.remove(pod("a", "Succeeded", "nginx:1")));
  }

  @Test
  void podsThatAreGoneUseNothing() {
    usage.update(pod("a", "Running", "nginx:1", "nginx:1"));
    assertEquals(List.of("n/a"), users(NGINX));
    assertEquals(Set.of(NGINX), usage.remove(pod("a", "Running", "nginx:1")));
    assertEquals(List.of(), users(NGINX));
  }

  @Test
  void podsWithoutOurLabelAndImagesThatAreExcludedDoNotCount() {
    assertEquals(Set.of(), usage.update(Samples.pod("a", false, "Running", "nginx:1")));
    assertEquals(Set.of(), usage.update(pod("b", "Running", "secret:1", "not valid")));
    assertEquals(List.of(), users(NGINX));
  }

  @Test
  void tellsWhenTheLastPodWent() {
    usage.update(pod("a", "Running", "nginx:1"));
    usage.update(pod("b", "Running", "nginx:1"));
    usage.remove(pod("a", "Running", "nginx:1"));
    assertEquals(Optional.empty(), usage.left(NGINX));
    now = now.plusSeconds(5);
    usage.update(pod("b", "Succeeded", "nginx:1"));
    assertEquals(Optional.of(now), usage.left(NGINX));
  }

  @Test
  void aPodThatIsBeingDeletedStillCounts() {
    usage.update(pod("a", "Running", "nginx:1"));
    JsonObject json = Samples.podJson("a", true, "Running", "nginx:1");
    json.getAsJsonObject("metadata").addProperty("deletionTimestamp", "2026-01-01T00:00:00Z");
    assertEquals(Set.of(), usage.update(PodView.of(json)));
    assertEquals(1, usage.users(NGINX).count());
  }

  @Test
  void countsAllAndNamesTwenty() {
    for (int i = 10; i < 60; i++) {
      usage.update(pod("p" + i, "Running", "nginx:1"));
    }
    assertEquals(50, usage.users(NGINX).count());
    assertEquals(20, usage.users(NGINX).pods().size());
    assertEquals("n/p10", usage.users(NGINX).pods().getFirst());
    assertEquals(Set.of(NGINX), usage.used());
  }
}
