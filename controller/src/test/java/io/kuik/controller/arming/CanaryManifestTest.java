package io.kuik.controller.arming;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import io.kuik.controller.pod.LabelSelector;
import io.kuik.controller.pod.PodFilter;
import io.kuik.controller.pod.PodView;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The canary's manifest. */
class CanaryManifestTest {
  private static final Node NODE = new Node("n1.example.com", "uid-1", true, true);
  private final CanaryManifest manifests = new CanaryManifest("kuik-system", "kuik", "k".repeat(42), 7449);
  private final JsonObject pod = manifests.of(NODE, "r1", Pods.parse("{'kind': 'ConfigMap', 'uid': 'o'}"));

  @Test
  void isForOneNodeAndPullsFromItsProxyEachTime() {
    assertEquals("n1.example.com", Json.text(pod, "spec", "nodeName").orElse(""));
    JsonObject container = Json.objects(pod, "spec", "containers").getFirst();
    assertEquals("localhost:7449/kuik-canary/probe:1", Json.text(container, "image").orElse(""));
    assertEquals("Always", Json.text(container, "imagePullPolicy").orElse(""));
  }

  @Test
  void isReadBackAsWhatItIsFor() {
    pod.getAsJsonObject("metadata").addProperty("creationTimestamp", "2026-11-25T12:00:00Z");
    CanaryPod read = CanaryPod.of(pod);
    assertEquals("n1.example.com uid-1 7449 r1",
        read.node() + " " + read.nodeUid() + " " + read.port() + " " + read.proxy());
  }

  @Test
  void hasANameOfItsNodesOwn() {
    assertTrue(manifests.name(NODE).length() <= 63);
    assertEquals(manifests.name(NODE), manifests.name(new Node("n1.example.com", "uid-2", false, true)));
    assertNotEquals(manifests.name(NODE), manifests.name(new Node("n2.example.com", "uid-1", true, true)));
  }

  @Test
  void isNoneOfTheWebhooksPods() {
    var open = new PodFilter(Set.of(), LabelSelector.of(new JsonObject()), Set.of());
    assertEquals(false, open.admits(PodView.of(pod)));
  }

  /** The fields that Pod Security's level "restricted" wants, and no right or need beyond it. */
  @Test
  void isRestrictedAndNeedsNothing() {
    JsonObject spec = Json.object(pod, "spec");
    JsonObject container = Json.objects(spec, "containers").getFirst();
    assertTrue(Json.flag(spec, "securityContext", "runAsNonRoot"));
    assertEquals("RuntimeDefault",
        Json.text(spec, "securityContext", "seccompProfile", "type").orElse(""));
    assertEquals("{\"allowPrivilegeEscalation\":false,\"readOnlyRootFilesystem\":true,"
        + "\"capabilities\":{\"drop\":[\"ALL\"]}}", Json.object(container, "securityContext").toString());
    assertEquals("false", Json.text(spec, "automountServiceAccountToken").orElse(""));
    assertEquals("0", Json.text(container, "resources", "requests", "cpu").orElse(""));
    assertEquals(300, Json.number(spec, "activeDeadlineSeconds"));
    assertEquals("Exists", Json.text(Json.objects(spec, "tolerations").getFirst(), "operator").orElse(""));
    assertTrue(Json.flag(Json.objects(pod, "metadata", "ownerReferences").getFirst(), "controller"));
  }
}
