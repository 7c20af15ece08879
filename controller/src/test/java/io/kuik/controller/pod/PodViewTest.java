package io.kuik.controller.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is kept of the thousands of pods whose images we look after. */
class PodViewTest {
  private static PodView pod() {
    JsonObject json = JsonParser.parseString("""
        {"metadata": {"name": "a", "namespace": "n", "uid": "u",
          "labels": {"kuik.enix.io/managed": "true", "app": "web"},
          "annotations": {"kuik.enix.io/rewrite-images": "true", "original-image-main": "nginx",
            "kubectl.kubernetes.io/last-applied-configuration": "a whole manifest"},
          "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "x", "uid": "y"}]},
         "spec": {"nodeName": "n1", "serviceAccountName": "default", "imagePullSecrets": [{"name": "s"}],
          "containers": [{"name": "main", "image": "localhost:7439/docker.io/library/nginx:1",
            "imagePullPolicy": "Always"}]},
         "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}}
        """).getAsJsonObject();
    return PodView.of(json);
  }

  @Test
  void keepsOnlyOurOwnLabelsAndAnnotations() {
    PodView kept = pod().trimmed();
    assertEquals(Map.of("kuik.enix.io/managed", "true"), kept.labels());
    assertEquals(Map.of("kuik.enix.io/rewrite-images", "true"), kept.annotations());
    assertEquals(List.of(), kept.owners());
  }

  @Test
  void keepsAllThatUsersAndTheirSecretsAreKnownBy() {
    PodView all = pod();
    PodView kept = all.trimmed();
    assertEquals("n/a", kept.key());
    assertEquals("u", kept.uid());
    assertEquals(all.containers(), kept.containers());
    assertEquals(all.pullSecrets(), kept.pullSecrets());
    assertEquals(all.serviceAccount(), kept.serviceAccount());
    assertEquals(all.node(), kept.node());
    assertTrue(kept.managed() && kept.rewritten() && kept.live() && kept.ready());
  }

  @Test
  void whatManyPodsHaveInCommonIsKeptOnce() {
    PodView one = pod().trimmed();
    PodView other = pod().trimmed();
    assertSame(one.namespace(), other.namespace());
    assertSame(one.containers().getFirst().image(), other.containers().getFirst().image());
  }
}
