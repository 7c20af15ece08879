package io.kuik.controller.healing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import io.kuik.controller.ops.ControllerMetrics;
import io.kuik.controller.pod.PodView;
import io.kuik.controller.rewrite.PatchApplier;
import io.kuik.controller.servable.Failures;
import io.kuik.controller.servable.ManualClock;
import io.kuik.controller.servable.UpstreamProbe;
import io.kuik.model.RewrittenName;
import io.kuik.registry.RegistryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is done with pods that wait, one after the other. */
class HealerTest implements HealingStore {
  private static final String NGINX = "docker.io/library/nginx:1";
  private static final String OURS = "localhost:7439/" + NGINX;
  private static final RegistryException UNAVAILABLE = Failures.ofStatus(503);
  private static final Optional<Duration> AGAIN = Optional.of(Duration.ofSeconds(3));

  private final ManualClock clock = new ManualClock();
  private final ControllerMetrics metrics = new ControllerMetrics();
  private final List<String> events = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private JsonObject pod = waiting("ErrImagePull", "connection refused");
  private boolean moved;
  private boolean refused;
  private boolean proxyReady;
  private boolean cached;
  private boolean upstreamAway;
  private Set<String> onNode = Set.of();
  private final Healer healer = new Healer(this, new RewrittenName(7439), 4, i -> cached,
      new UpstreamProbe(i -> {
        if (upstreamAway) {
          throw UNAVAILABLE;
        }
      }, clock), metrics, clock);

  private static JsonObject waiting(String reason, String message) {
    return Pods.json("{'a': 'b'}", "{'name': 'c', 'image': '" + OURS + "'}",
        Pods.status("c", reason, message));
  }

  @Override
  public Optional<PodView> pod(String key) {
    return Optional.of(pod).filter(p -> !p.isEmpty()).map(PodView::of);
  }

  @Override
  public boolean proxyReady(String node) {
    assertEquals("n1", node);
    return proxyReady;
  }

  @Override
  public Set<String> imagesOn(String node) {
    asked.add(node);
    return onNode;
  }

  @Override
  public boolean patch(PodView view, JsonArray patch) {
    if (refused) {
      throw new IllegalStateException("429");
    }
    if (!moved) {
      pod = PatchApplier.apply(pod, patch);
    }
    return !moved;
  }

  @Override
  public void event(PodView view, String fieldPath, boolean warning, String reason, String message) {
    events.add(reason + " " + fieldPath + " " + warning + " " + message);
  }

  private void say(String message) {
    Json.object(Json.objects(pod, "status", "containerStatuses").getFirst(), "state", "waiting")
        .addProperty("message", message);
  }

  private String image() {
    return Json.text(Json.objects(pod, "spec", "containers").getFirst(), "image").orElseThrow();
  }

  private String counted() throws IOException {
    return new String(metrics.text(), StandardCharsets.UTF_8);
  }

  @Test
  void aPodWithoutAProxyIsHealedOnceAndGoesBackOnceWhenTheProxyIsThere() throws IOException {
    assertEquals(AGAIN, healer.look("n/p"));
    assertEquals(NGINX, image());
    assertEquals(List.of("ImageHealed spec.containers{c} true Image of container c is now " + NGINX
        + " instead of " + OURS + ": no proxy is Ready on node n1"), events);
    assertEquals(AGAIN, healer.look("n/p"));
    assertEquals(NGINX, image());
    proxyReady = true;
    cached = true;
    assertEquals(AGAIN, healer.look("n/p"));
    assertEquals(NGINX, image(), "the original has not failed yet");
    say("failed to pull " + NGINX);
    healer.look("n/p");
    assertEquals(OURS, image());
    assertEquals("ImageHealedBack spec.containers{c} false Image of container c is now " + OURS
        + " instead of " + NGINX
        + ": the original name fails, the image is cached, and the node's proxy is Ready", events.getLast());
    proxyReady = false;
    assertEquals(Optional.empty(), healer.look("n/p"));
    assertEquals(2, events.size());
    assertTrue(counted().contains("healed_images_total{reason=\"NoProxy\"} 1.0"));
    assertTrue(counted().contains("healed_images_total{reason=\"Back\"} 1.0"));
  }

  @Test
  void containersWhoseTurnComesLaterAreHealedAlong() {
    pod = Pods.json("{'a': 'b'}", "{'name': 'c', 'image': '" + OURS + "'}, {'name': 'd', 'image': '" + OURS
        + "'}, {'name': 'e', 'image': 'other'}", """
            'status': {'containerStatuses': [
              {'name': 'c', 'state': {'waiting': {'reason': 'ErrImagePull'}}},
              {'name': 'e', 'state': {'waiting': {'reason': 'PodInitializing'}}},
              {'name': 'd', 'state': {'waiting': {'reason': 'PodInitializing'}}}]}""");
    healer.look("n/p");
    assertEquals(List.of(NGINX, NGINX, "other"), Json.objects(pod, "spec", "containers").stream()
        .map(c -> Json.text(c, "image").orElseThrow()).toList());
    assertEquals(Optional.of("c,d"), Json.text(pod, "metadata", "annotations", "kuik.enix.io/healed"));
    assertEquals(2, events.size());
  }

  @Test
  void aPodThatHasMovedOnIsNoErrorAndCostsNothing() throws IOException {
    moved = true;
    for (int i = 0; i < 10; i++) {
      assertEquals(AGAIN, healer.look("n/p"));
    }
    assertEquals(List.of(), events);
    assertFalse(counted().contains("healed_images_total{"));
    moved = false;
    healer.look("n/p");
    assertEquals(1, events.size());
  }

  @Test
  void aPatchThatFailedCostsNothing() {
    refused = true;
    for (int i = 0; i < 10; i++) {
      assertThrows(IllegalStateException.class, () -> healer.look("n/p"));
    }
    refused = false;
    healer.look("n/p");
    assertEquals(NGINX, image());
  }

  @Test
  void whoeverIsTooManyWaitsForTheNextMinute() {
    JsonObject first = pod;
    healer.look("n/a");
    pod = first;
    healer.look("n/b");
    pod = first;
    Duration wait = healer.look("n/c").orElseThrow();
    assertEquals(OURS, image());
    clock.pass(wait);
    healer.look("n/c");
    assertEquals(NGINX, image());
  }

  @Test
  void aContainerThatRunsIsNeverLookedAt() {
    pod = Pods.json("{}", "{'name': 'c', 'image': '" + OURS + "'}",
        "'status': {'containerStatuses': [{'name': 'c', 'state': {'running': {}}}]}");
    assertFalse(healer.concerns(PodView.of(pod)));
    assertEquals(Optional.empty(), healer.look("n/p"));
    assertEquals(OURS, image());
    assertEquals(List.of(), events);
  }

  @Test
  void whilePodAndRegistryAreAwayThePodIsLookedAtAgainAndTheNodeAskedOnce() {
    proxyReady = true;
    upstreamAway = true;
    pod = waiting("ErrImagePull", "unexpected status code: 502 Bad Gateway");
    for (int i = 0; i < 5; i++) {
      assertEquals(AGAIN, healer.look("n/p"));
      clock.pass(Duration.ofSeconds(3));
    }
    assertEquals(OURS, image());
    assertEquals(List.of("n1"), asked);
    onNode = Set.of(NGINX);
    clock.pass(Duration.ofSeconds(30));
    healer.look("n/p");
    assertEquals(NGINX, image());
  }

  @Test
  void aMinuteWithoutAProxyIsCountedFromTheFirstLookAndAnewAfterTheImageCame() {
    cached = true;
    upstreamAway = true;
    JsonObject waits = pod;
    assertEquals(AGAIN, healer.look("n/p"));
    clock.pass(Duration.ofSeconds(59));
    pod = new JsonObject();
    assertTrue(healer.concerns(PodView.of(waits)));
    assertEquals(Optional.empty(), healer.look("n/p"));
    pod = waits;
    assertEquals(AGAIN, healer.look("n/p"));
    clock.pass(Duration.ofSeconds(59));
    assertEquals(AGAIN, healer.look("n/p"));
    assertEquals(OURS, image());
    clock.pass(Duration.ofSeconds(1));
    healer.look("n/p");
    assertEquals(NGINX, image());
  }
}
