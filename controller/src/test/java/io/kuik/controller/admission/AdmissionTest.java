package io.kuik.controller.admission;

import static io.kuik.controller.json.SingleQuotes.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.controller.config.ControllerConfig.ImageFilter;
import io.kuik.controller.config.ControllerConfig.RewriteMode;
import io.kuik.controller.json.Json;
import io.kuik.controller.ops.ControllerMetrics;
import io.kuik.controller.pod.LabelSelector;
import io.kuik.controller.pod.PodFilter;
import io.kuik.controller.rewrite.ImageRules;
import io.kuik.controller.rewrite.PatchApplier;
import io.kuik.controller.servable.Servability;
import io.kuik.controller.servable.UpstreamProbe;
import io.kuik.model.RewrittenName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What the API server gets for an answer. */
class AdmissionTest {
  private static final JsonObject POD = json("{'metadata': {'name': 'p', 'namespace': 'n'},"
      + " 'spec': {'containers': [{'name': 'c', 'image': 'nginx:1'}]}}");

  private final ControllerMetrics metrics = new ControllerMetrics();

  private static Admission admission(ControllerMetrics metrics, Supplier<Optional<String>> disarmed) {
    var names = new RewrittenName(7439);
    var probe = new UpstreamProbe(image -> {
    }, () -> Instant.EPOCH);
    var filter = new PodFilter(Set.of("kube-system"), new LabelSelector(List.of()),
        Set.of("Cluster.postgresql.cnpg.io"));
    return new Admission(filter, new ImageRules(new ImageFilter(List.of(), List.of(), false), names), names,
        new Servability(RewriteMode.SERVABLE, disarmed, i -> true, probe, () -> Instant.EPOCH), metrics);
  }

  /** An admission that rewrites everything. */
  static Admission willing(ControllerMetrics metrics) {
    return admission(metrics, Optional::empty);
  }

  /** A review of the creation of a pod. */
  static String review() {
    return "{\"request\": {\"uid\": \"u-1\", \"operation\": \"CREATE\", \"namespace\": \"n\", \"object\": "
        + POD + "}}";
  }

  private static JsonObject response(Admission admission, String body) {
    byte[] answer = admission.review(body.getBytes(StandardCharsets.UTF_8)).orElseThrow();
    JsonObject review = JsonParser.parseString(new String(answer, StandardCharsets.UTF_8)).getAsJsonObject();
    assertEquals(Optional.of("admission.k8s.io/v1"), Json.text(review, "apiVersion"));
    assertEquals(Optional.of("AdmissionReview"), Json.text(review, "kind"));
    return Json.object(review, "response");
  }

  @Test
  void aNewPodIsPatched() {
    JsonObject response = response(willing(metrics), review());
    assertEquals(Optional.of("u-1"), Json.text(response, "uid"));
    assertTrue(Json.flag(response, "allowed"));
    assertEquals(Optional.of("JSONPatch"), Json.text(response, "patchType"));
    String patch = new String(Base64.getDecoder().decode(Json.text(response, "patch").orElseThrow()),
        StandardCharsets.UTF_8);
    JsonObject pod = PatchApplier.apply(POD, JsonParser.parseString(patch).getAsJsonArray());
    assertEquals(Optional.of("localhost:7439/docker.io/library/nginx:1"),
        Json.text(Json.objects(pod, "spec", "containers").getFirst(), "image"));
  }

  @Test
  void aPodThatStaysAsItIsIsAdmittedWithoutAPatch() {
    String update = "{\"request\": {\"uid\": \"u-2\", \"operation\": \"UPDATE\", \"object\": " + POD
        + ", \"oldObject\": " + POD + "}}";
    assertEquals(Map.of("uid", "u-2", "allowed", "true"),
        Json.strings(response(willing(metrics), update)));
  }

  @Test
  void podsThatAreNoneOfOurBusinessStayAsTheyAreEvenIfTheApiServerAsks() {
    for (String difference : List.of("'annotations': {'kubernetes.io/config.mirror': 'x'}",
        "'labels': {'kube-image-keeper.enix.io/image-caching-policy': 'ignore'}",
        "'ownerReferences': [{'apiVersion': 'postgresql.cnpg.io/v1', 'kind': 'Cluster', 'name': 'c'}]")) {
      String asked = review().replace("\"name\":\"p\",",
          "\"name\":\"p\"," + difference.replace('\'', '"') + ",");
      assertEquals(Map.of("uid", "u-1", "allowed", "true"), Json.strings(response(willing(metrics), asked)),
          asked);
    }
    String windows = review().replace("\"spec\":{", "\"spec\":{\"os\":{\"name\":\"windows\"},");
    assertEquals(Map.of("uid", "u-1", "allowed", "true"), Json.strings(response(willing(metrics), windows)),
        windows);
    String elsewhere = review().replace("\"namespace\": \"n\"", "\"namespace\": \"kube-system\"");
    assertEquals(Map.of("uid", "u-1", "allowed", "true"),
        Json.strings(response(willing(metrics), elsewhere)));
  }

  @Test
  void whatIsNoReviewGetsNoAnswer() {
    for (String body : List.of("", "{", "[]", "null", "\"x\"", "{}", "{\"request\": 1}", "{\"request\": {}}",
        "{\"request\": {\"uid\": {}}}")) {
      assertEquals(Optional.empty(), willing(metrics).review(body.getBytes(StandardCharsets.UTF_8)), body);
    }
  }

  @Test
  void aReviewWithoutAPodIsAdmitted() {
    assertEquals(Map.of("uid", "u-3", "allowed", "true"),
        Json.strings(response(willing(metrics), "{\"request\": {\"uid\": \"u-3\", \"object\": null}}")));
  }

  @Test
  void anErrorOfOursAdmitsThePodAsItIs() throws Exception {
    Admission broken = admission(metrics, () -> {
      throw new IllegalStateException("bug");
    });
    assertEquals(Map.of("uid", "u-1", "allowed", "true"), Json.strings(response(broken, review())));
    assertTrue(new String(metrics.text(), StandardCharsets.UTF_8).contains("failed_reviews_total 1.0"));
  }

  @Test
  void aPodThatOurAnnotationsWouldMakeInvalidIsAdmittedAsItIs() {
    String full = review().replace("\"name\":\"p\",",
        "\"name\":\"p\",\"annotations\":{\"a\":\"" + "x".repeat(262_100) + "\"},");
    assertTrue(full.length() > 262_100);
    assertEquals(Map.of("uid", "u-1", "allowed", "true"), Json.strings(response(willing(metrics), full)));
    String less = full.replace("x".repeat(1000), "x");
    assertTrue(Json.strings(response(willing(metrics), less)).containsKey("patch"));
  }

  @Test
  void eachImageIsCountedByWhatBecameOfIt() throws Exception {
    response(willing(metrics), review());
    response(admission(metrics, () -> Optional.of("no proxy")), review());
    String text = new String(metrics.text(), StandardCharsets.UTF_8);
    assertTrue(text.contains("reviewed_images_total{result=\"Rewritten\"} 1.0"));
    assertTrue(text.contains("reviewed_images_total{result=\"NotArmed\"} 1.0"));
  }
}
