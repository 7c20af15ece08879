package io.kuik.controller.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kuik.controller.pod.PodView;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is kept in memory of the cluster's objects. */
@Timeout(20)
class ClusterTest {
  private FakeApi api;
  private Cluster cluster;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi();
    cluster = new Cluster("kuik-system", "app=kuik", api.calls(), api.calls());
  }

  @AfterEach
  void stop() {
    cluster.pods().stop();
    api.close();
  }

  /** 20,000 pods with the manifests that kubectl leaves in their annotations would not fit. */
  @Test
  void podsAreTrimmedBeforeTheyAreKept() {
    api.items.add("""
        {"metadata": {"namespace": "n", "name": "a", "uid": "u", "resourceVersion": "5",
          "labels": {"kuik.enix.io/managed": "true", "app": "web"},
          "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "a whole manifest"},
          "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "x", "uid": "y"}]}}
        """);
    cluster.pods().start();
    while (!cluster.pods().synced()) {
      Thread.yield();
    }
    PodView kept = cluster.pods().find("n/a").orElseThrow();
    assertEquals(Map.of("kuik.enix.io/managed", "true"), kept.labels());
    assertEquals(Map.of(), kept.annotations());
    assertEquals(List.of(), kept.owners());
  }
}
