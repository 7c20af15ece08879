package io.kuik.controller.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import io.kuik.model.ImageReference;
import io.kuik.model.Platform;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The Job that is made of the chart's template. */
class CopyJobTest {
  private static final ImageReference NGINX = ImageReference.parse("nginx:1");

  private static JsonObject manifest(String owner) {
    var resource = new CachedImage(owner, "uid-1", 1, "nginx:1", List.of(), CachedImage.Stated.NOTHING,
        CachedImage.Status.NONE);
    return Samples.jobs().manifest(resource, NGINX,
        List.of(Platform.parse("linux/amd64"), Platform.parse("linux/arm/v7")), "registry-uid", false,
        List.of());
  }

  @Test
  void putsWhatToCopyInFrontOfTheWorkersArguments() {
    List<JsonObject> containers = Json.objects(manifest("ci"), "spec", "template", "spec", "containers");
    assertEquals(List.of("x"), Json.texts(containers.get(0), "args"));
    assertEquals(List.of("--image=docker.io/library/nginx:1", "--platforms=linux/amd64,linux/arm/v7",
        "--cache=http://registry:5000"), Json.texts(containers.get(1), "args"));
  }

  @Test
  void tellsTheWorkerWhereLayersMayBe() {
    var resource = new CachedImage("ci", "uid-1", 1, "nginx:1", List.of(), CachedImage.Stated.NOTHING,
        CachedImage.Status.NONE);
    JsonObject job = Samples.jobs().manifest(resource, NGINX, List.of(Platform.parse("linux/amd64")), "r",
        false, List.of("docker.io/library/redis", "docker.io/a/b"));
    List<String> args = Json.texts(Json.objects(job, "spec", "template", "spec", "containers").get(1),
        "args");
    assertTrue(args.contains("--mount-from=docker.io/library/redis,docker.io/a/b"), args.toString());
  }

  @Test
  void belongsToItsCachedImage() {
    JsonObject job = manifest("ci");
    assertEquals(Optional.of(ImageNames.job(NGINX)), Json.text(job, "metadata", "name"));
    JsonObject owner = Json.objects(job, "metadata", "ownerReferences").getFirst();
    assertEquals(Map.of("apiVersion", "kuik.enix.io/v1alpha1", "kind", "CachedImage", "name", "ci", "uid",
        "uid-1", "controller", "true"), Json.strings(owner));
  }

  @Test
  void jobAndPodCanBeFoundByTheirImage() {
    JsonObject job = manifest("ci");
    for (JsonObject metadata : List.of(Json.object(job, "metadata"),
        Json.object(job, "spec", "template", "metadata"))) {
      assertEquals(Map.of("app.kubernetes.io/component", "cache-worker", "kuik.enix.io/cached-image", "ci"),
          Json.strings(metadata, "labels"));
      assertEquals(Optional.of("docker.io/library/nginx:1"),
          Json.text(metadata, "annotations", "kuik.enix.io/source-image"));
    }
  }

  @Test
  void aLongNameIsCutToALabel() {
    String label = Json.strings(manifest("a".repeat(62) + ".b".repeat(10)), "metadata", "labels")
        .getOrDefault(CopyJob.IMAGE_LABEL, "");
    assertEquals("a".repeat(62), label);
  }

  @Test
  void aFinalAnswerEndsTheJobAndADisruptionDoesNotCount() {
    JsonObject spec = Json.object(manifest("ci"), "spec");
    assertEquals(2, Json.number(spec, "backoffLimit"));
    assertEquals(Samples.json("{'rules': [{'action': 'FailJob', 'onExitCodes': {'containerName':"
        + " 'cache-worker', 'operator': 'In', 'values': [10, 11, 12, 13, 14, 15, 21]}},"
        + " {'action': 'Ignore', 'onPodConditions': [{'type': 'DisruptionTarget'}]}]}"),
        Json.object(spec, "podFailurePolicy"));
  }

  @Test
  void whatTheJobSaysIsReadBack() {
    JobView view = JobView.of(manifest("ci"));
    assertEquals(new JobView(ImageNames.job(NGINX), "", "uid-1", "docker.io/library/nginx:1",
        "linux/amd64,linux/arm/v7", "registry-uid", false, false, false, ""), view);
  }

  @Test
  void theTemplateStaysAsItIs() {
    CopyJob jobs = Samples.jobs();
    var resource = new CachedImage("ci", "u", 1, "nginx:1", List.of(), CachedImage.Stated.NOTHING,
        CachedImage.Status.NONE);
    JsonObject first = jobs.manifest(resource, NGINX, List.of(Platform.parse("linux/amd64")), "r", false,
        List.of());
    assertEquals(first,
        jobs.manifest(resource, NGINX, List.of(Platform.parse("linux/amd64")), "r", false, List.of()));
  }

  @Test
  void aTemplateWithoutTheWorkerIsRefused() {
    var e = assertThrows(IllegalArgumentException.class, () -> new CopyJob(new JsonObject()));
    assertTrue(String.valueOf(e.getMessage()).contains("cache-worker"));
  }
}
