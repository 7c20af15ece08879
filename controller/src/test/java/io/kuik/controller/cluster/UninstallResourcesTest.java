package io.kuik.controller.cluster;

import static io.kuik.controller.json.SingleQuotes.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonArray;
import io.kuik.controller.pod.PodView;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes before the release does, at an API server that keeps it. */
class UninstallResourcesTest {
  private static final String PODS = "/api/v1/namespaces/ours/pods/";
  private static final String SECRETS = "/api/v1/namespaces/ours/secrets/";
  private static final String JOBS = "/apis/batch/v1/namespaces/ours/jobs/";
  private static final String SCALE = "/apis/apps/v1/namespaces/ours/deployments/controllers/scale";

  private KeepingApi api;
  private UninstallResources resources;

  @BeforeEach
  void start() throws IOException {
    api = new KeepingApi();
    resources = new UninstallResources(api.calls(), "ours");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private void put(String path, String labels) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    api.objects.put(path, json("{'metadata': {'name': '" + name + "', 'labels': " + labels + "}}"));
  }

  @Test
  void theWebhookAndTheLeaseGo() {
    put("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/zz-kuik", "{}");
    put("/apis/coordination.k8s.io/v1/namespaces/ours/leases/kuik", "{}");
    resources.deleteWebhook("zz-kuik");
    resources.deleteLease("kuik");
    assertEquals(Set.of(), api.objects.keySet());
  }

  @Test
  void aDeploymentIsScaledToNothing() {
    api.objects.put(SCALE, json("{'spec': {'replicas': 2}}"));
    resources.scaleToZero("controllers");
    assertEquals(json("{'spec': {'replicas': 0}}"), api.objects.get(SCALE));
  }

  @Test
  void jobsGoWithTheirSecretsAndThoseOfOthersStay() {
    put(JOBS + "copy-1", "{'release': 'kuik', 'component': 'cache-worker'}");
    put(SECRETS + "copy-1", "{}");
    put(JOBS + "copy-2", "{'release': 'kuik', 'component': 'cache-worker'}");
    put(JOBS + "other", "{'release': 'other', 'component': 'cache-worker'}");
    put(SECRETS + "other", "{}");
    resources.deleteJobs("release=kuik,component=cache-worker");
    assertEquals(Set.of(JOBS + "other", SECRETS + "other"), api.objects.keySet());
  }

  @Test
  void podsAreNamedAndGo() {
    put(PODS + "a", "{'component': 'canary'}");
    put(PODS + "b", "{'component': 'canary'}");
    put(PODS + "c", "{'component': 'proxy'}");
    assertEquals(List.of("a", "b"), resources.podNames("component=canary"));
    resources.deletePods("component=canary");
    assertEquals(Set.of(PODS + "c"), api.objects.keySet());
  }

  @Test
  void whatIsGoneAlreadyIsNoFailureAndAnApiServerThatIsAwayIsOne() {
    resources.deleteWebhook("zz-kuik");
    resources.scaleToZero("controllers");
    resources.deletePods("component=canary");
    resources.deleteLease("kuik");
    assertEquals(Set.of(), api.objects.keySet());
    api.close();
    assertThrows(ClusterException.class, () -> resources.scaleToZero("controllers"));
  }

  @Test
  void podsThatHaveNotBegunAreListedPageByPageAndThoseThatCantBeAreUnknown() throws IOException {
    try (var lists = new FakeApi()) {
      for (int i = 0; i < 250; i++) {
        lists.items.add(FakeApi.object("p" + i, i));
      }
      assertEquals(250, new UninstallResources(lists.calls(), "ours").pending().orElseThrow().size());
      assertEquals(List.of("GET pods", "GET pods", "GET pods"), lists.called);
    }
    api.close();
    assertEquals(Optional.empty(), resources.pending());
  }

  @Test
  void aPodIsPatchedOrLeftAsItIs() {
    PodView pod = PodView.of(json("{'metadata': {'namespace': 'n', 'name': 'p', 'uid': 'u'}}"));
    assertFalse(resources.patch(pod, new JsonArray()));
    resources.event(pod, "Reason", "an Event that nobody takes is no failure either");
  }
}
