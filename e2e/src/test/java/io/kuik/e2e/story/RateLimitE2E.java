package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Chapter 10: a registry that has had enough of us is left alone, and the others aren't. */
@Order(10)
class RateLimitE2E {
  /** New names in each run, so that the chapter can be run again. */
  private static final String RUN = Long.toString(System.currentTimeMillis(), 36);
  private static final String HUB = "docker.io/library/limited:" + RUN + "-";
  private static final String OTHER = "registry.example.test/team/limited:" + RUN;
  /** Of a Job's patience this is more than it waits for by itself. */
  private static final int RETRY_AFTER = 61;

  @BeforeAll
  static void newImages() {
    for (int i = 1; i <= 4; i++) {
      Bed.run("crane", "copy", "registry.example.test/small/s" + i + ":v1", HUB + i);
    }
    Bed.run("crane", "copy", "registry.example.test/small/s5:v1", OTHER);
  }

  @AfterAll
  static void restore() {
    Bed.internet("heal", "all");
    Bed.internet("restore", "all");
    // What a leader knows of a registry's limits ends with it.
    Kube.kubectl("-n", Release.NAMESPACE, "rollout", "restart",
        "deployment/" + Release.NAME + "-controllers");
    Kube.rollout(Release.NAMESPACE, Release.NAME + "-controllers", Story.SOON);
  }

  private static JsonObject outcome(String image, String reason, Duration patience) {
    return Eventually.present(image + " is " + reason, patience,
        () -> Kube.cachedImage(image).filter(i -> Kube.reason(i).equals(reason)), Release::describe);
  }

  private static String message(JsonObject image) {
    return Kube.text(Kube.objects(image, "status", "conditions").getFirst(), "message");
  }

  @Test
  @Order(1)
  void a429PausesTheRegistryForAsLongAsItAskedAndNoOther() {
    Bed.run("internet", "refuse", "docker.io", "429", "--retry-after", String.valueOf(RETRY_AFTER));
    Story.want("limited", List.of(HUB + 1));
    JsonObject refused = outcome(HUB + 1, "RateLimited", Story.SOON);
    System.out.println(message(refused));
    assertEquals("1", Kube.text(refused, "status", "attempts"));
    Eventually.holds("its Job doesn't ask again", Story.SOON,
        () -> Kube.text(CopyE2E.jobs(HUB + 1).getFirst(), "status", "failed").equals("1"),
        Release::describe);
    Bed.internet("heal", "docker.io");
    Story.want("limited", List.of(HUB + 2));
    String waits = message(outcome(HUB + 2, "Waiting", Story.SOON));
    System.out.println(waits);
    assertTrue(waits.contains("docker.io is left alone until"), waits);
    assertEquals(List.of(), CopyE2E.jobs(HUB + 2));
    assertEquals(1, Release.metric("kube_image_keeper_controller_paused_registries"));
    Story.want("limited", List.of(OTHER));
    outcome(OTHER, "Copied", Story.SOON);
    assertEquals("Waiting", Kube.reason(Kube.cachedImage(HUB + 2).orElseThrow()));
    outcome(HUB + 1, "Copied", Duration.ofSeconds(RETRY_AFTER + 30));
    outcome(HUB + 2, "Copied", Story.SOON);
    assertEquals(0, Release.metric("kube_image_keeper_controller_paused_registries"));
  }

  @Test
  @Order(2)
  void halfOfThePullsAreLeftToTheWorkloads() {
    Bed.run("internet", "ratelimit", "docker.io", "--limit", "100", "--remaining", "50", "--count");
    Story.want("limited", List.of(HUB + 3));
    outcome(HUB + 3, "Copied", Story.SOON);
    Story.want("limited", List.of(HUB + 4));
    String waits = message(outcome(HUB + 4, "Waiting", Story.SOON));
    System.out.println(waits);
    assertTrue(waits.contains("50 % are kept for workloads"), waits);
    assertEquals(List.of(), CopyE2E.jobs(HUB + 4));
  }
}
