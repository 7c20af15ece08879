package io.kuik.controller.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.controller.image.CachedImage;
import io.kuik.controller.image.ImagePlan;
import io.kuik.controller.image.JobView;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How CachedImages are found by their image, while they change. */
@Timeout(20)
class ImageResourcesTest {
  private static final String NGINX = "docker.io/library/nginx:1";

  private FakeApi api;
  private Watched<CachedImage> images;
  private Watched<JobView> jobs;
  private ImageResources resources;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi();
    ApiCalls calls = api.calls();
    images = new Watched<>(calls, calls, ImageResources.PATH, "", CachedImage::of);
    jobs = new Watched<>(calls, calls, "/jobs", "", JobView::of);
    resources = new ImageResources(calls, "ns", images,
        jobs, new Watched<>(calls, calls, "/pods", "", OwnPod::of));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static JsonObject image(String name, String source, int version) {
    return JsonParser
        .parseString("{\"metadata\": {\"name\": \"" + name + "\", \"resourceVersion\": \"" + version
            + "\"}, \"spec\": {\"sourceImage\": \"" + source + "\"}}")
        .getAsJsonObject();
  }

  private List<String> names(String key) {
    return resources.find(key).stream().map(CachedImage::name).toList();
  }

  private static JsonObject job(String name, String source, String condition) {
    return JsonParser.parseString("{\"metadata\": {\"name\": \"" + name + "\", \"annotations\":"
        + " {\"kuik.enix.io/source-image\": \"" + source + "\"}}, \"status\": {\"conditions\":"
        + " [{\"type\": \"" + condition + "\", \"status\": \"True\"}]}}").getAsJsonObject();
  }

  @Test
  void tellsWhichImagesAreBeingCopied() {
    jobs.written(job("one", NGINX, "Suspended"));
    jobs.written(job("two", "docker.io/library/redis:1", "Complete"));
    jobs.written(job("three", "docker.io/library/redis:2", "Failed"));
    assertEquals(List.of(NGINX), resources.beingCopied());
  }

  @Test
  void findsByTheCanonicalNameInTheOrderOfNames() {
    images.written(image("b", "nginx:1", 1));
    images.written(image("a", "docker.io/nginx:1", 2));
    assertEquals(List.of("a", "b"), names(NGINX));
    images.written(image("a", "redis:1", 3));
    assertEquals(List.of("b"), names(NGINX));
    assertEquals(List.of("a"), names("docker.io/library/redis:1"));
  }

  @Test
  void anImageCanBeFoundAtEveryMomentOfItsChange() throws Exception {
    images.written(image("a", "nginx:1", 1));
    var done = new AtomicBoolean();
    Thread writer = Thread.ofPlatform().start(() -> {
      for (int version = 2; version < 20_000; version++) {
        images.written(image("a", "nginx:1", version));
      }
      done.set(true);
    });
    while (!done.get()) {
      assertEquals(List.of("a"), names(NGINX));
    }
    writer.join();
  }

  @Test
  void anEventsNameIsOneThatKubernetesTakes() {
    for (int i = 150; i < 253; i++) {
      String prefix = EventNote.prefix("a".repeat(i) + "-.-" + "b".repeat(60));
      assertTrue(prefix.matches("a[a-z.-]*[a-z]\\."), prefix);
    }
    assertEquals("nginx-1.", EventNote.prefix("nginx-1"));
  }

  /** By Kubernetes' convention, for objects that live in no namespace. This API server refuses it. */
  @Test
  void anEventAboutACachedImageStandsInTheDefaultNamespace() {
    CachedImage image = CachedImage.of(image("a", "nginx:1", 1));
    resources.event(image, new ImagePlan.Note(true, "NotFound", "words"));
    String event = api.writes.getFirst();
    assertTrue(event.startsWith("POST /api/v1/namespaces/default/events "), event);
    assertTrue(event.contains("\"involvedObject\":{\"apiVersion\":\"kuik.enix.io/v1alpha1\","
        + "\"kind\":\"CachedImage\",\"name\":\"a\",\"uid\":\"\"}"), event);
  }

  @Test
  void takesExactlyTheFinalizerOfVersionOneOffWhatIsBeingDeleted() {
    JsonObject json = JsonParser.parseString("""
        {"metadata": {"name": "a", "uid": "u", "deletionTimestamp": "2026-01-01T00:00:00Z",
                      "finalizers": ["example.com/mine", "cachedimage.kuik.enix.io/finalizer"]},
         "spec": {"sourceImage": "nginx:1"}}""").getAsJsonObject();
    assertFalse(resources.release(CachedImage.of(json)), "it is gone");
    assertEquals("PATCH " + ImageResources.PATH + "/a [{\"op\":\"test\",\"path\":\"/metadata/uid\","
        + "\"value\":\"u\"},{\"op\":\"test\",\"path\":\"/metadata/finalizers/1\",\"value\":"
        + "\"cachedimage.kuik.enix.io/finalizer\"},{\"op\":\"remove\",\"path\":"
        + "\"/metadata/finalizers/1\"}]", api.writes.getFirst());
    json.getAsJsonObject("metadata").remove("deletionTimestamp");
    assertTrue(CachedImage.of(json).stated().stuck().isEmpty());
  }

  @Test
  void whatIsTakenBackReachesTheServerAsNull() {
    JsonObject patch = JsonParser.parseString("{\"status\": {\"expiresAt\": null}}").getAsJsonObject();
    assertThrows(ClusterException.class, () -> resources.patchStatus("a", patch));
    assertEquals(List.of("PATCH " + ImageResources.PATH + "/a/status {\"status\":{\"expiresAt\":null}}"),
        api.writes);
  }

  @Test
  void onlyTheCachedImageThatWasMeantIsDeleted() {
    JsonObject json = image("a", "nginx:1", 1);
    json.getAsJsonObject("metadata").addProperty("uid", "uid-1");
    resources.delete(CachedImage.of(json));
    assertEquals(1, api.writes.size());
    assertTrue(api.writes.getFirst().startsWith("DELETE " + ImageResources.PATH + "/a "),
        api.writes::toString);
    assertTrue(api.writes.getFirst().contains("\"preconditions\":{\"uid\":\"uid-1\"}"),
        api.writes::toString);
  }

  @Test
  void theKindIsThereUnlessItIsAboutToGo() {
    String path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/cachedimages.kuik.enix.io";
    api.objects.put(path, "{\"metadata\": {\"creationTimestamp\": \"2026-01-01T00:00:00Z\"}}");
    assertEquals(Optional.of(Instant.parse("2026-01-01T00:00:00Z")), resources.kindSince());
    api.objects.put(path, "{\"metadata\": {\"creationTimestamp\": \"2026-01-01T00:00:00Z\","
        + " \"deletionTimestamp\": \"2026-01-02T00:00:00Z\"}}");
    assertEquals(Optional.empty(), resources.kindSince());
  }
}
