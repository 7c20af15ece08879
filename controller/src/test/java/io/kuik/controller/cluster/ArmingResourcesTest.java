package io.kuik.controller.cluster;

import static io.kuik.controller.json.SingleQuotes.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.controller.arming.ArmingStore.Proxy;
import io.kuik.controller.arming.CanaryPod;
import io.kuik.controller.arming.NodeWord.Proven;
import io.kuik.controller.arming.Obstacle;
import io.kuik.controller.arming.Obstacle.Reason;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes, proxies, canaries and what is remembered of them, as the API server has them. */
@Timeout(20)
class ArmingResourcesTest {
  private static final Proven PROVEN = new Proven("uid-n1", 7439, "r1",
      Instant.parse("2026-11-25T12:00:00Z"));

  private FakeApi api;
  private Watched<NodeView> nodes;
  private Watched<OwnPod> pods;
  private Index<OwnPod> components;
  private boolean synced = true;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi();
    nodes = new Watched<>(api.calls(), api.calls(), "/api/v1/nodes", "", NodeView::of);
    pods = new Watched<>(api.calls(), api.calls(), "/api/v1/pods", "", OwnPod::of);
    components = new Index<>(pods, p -> p.pod().key(), OwnPod::component);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private ArmingResources resources(boolean canaries) {
    return new ArmingResources(
        new ArmingResources.Views(api.calls(), api.calls(), nodes, pods, components, () -> synced),
        new ArmingResources.Names("ours", "arming", "registry"), 7439, canaries);
  }

  private void node(String name, int version) {
    nodes.written(json("""
        {'metadata': {'name': '%s', 'uid': 'uid-%s', 'resourceVersion': '%d'},
         'status': {'nodeInfo': {'operatingSystem': 'linux', 'architecture': 'amd64'},
          'conditions': [{'type': 'Ready', 'status': 'True'}]}}""".formatted(name, name, version)));
  }

  private void pod(String component, String node, int version) {
    pod(component, node, version, "True");
  }

  private void pod(String component, String node, int version, String ready) {
    pods.written(json("""
        {'metadata': {'namespace': 'ours', 'name': '%1$s-%2$s', 'uid': 'uid-%1$s-%2$s',
          'resourceVersion': '%3$d', 'labels': {'app.kubernetes.io/component': '%1$s',
           'controller-revision-hash': 'r1'}},
         'spec': {'nodeName': '%2$s'},
         'status': {'conditions': [{'type': 'Ready', 'status': '%4$s'}]}}"""
        .formatted(component, node, version, ready)));
  }

  @Test
  void withoutCanariesAReadyProxyIsEnough() {
    ArmingResources resources = resources(false);
    node("n1", 1);
    assertEquals(Optional.of("no proxy is Ready on node n1"), resources.obstacle().map(Obstacle::message));
    pod("proxy", "n1", 2);
    assertEquals(Optional.empty(), resources.obstacle());
    assertEquals(Optional.empty(), resources.obstacle());
    node("n2", 3);
    assertEquals(Optional.of("no proxy is Ready on node n2"), resources.obstacle().map(Obstacle::message));
    assertEquals(Map.of("n1", new Proxy("proxy-n1", "uid-proxy-n1", "r1")), resources.proxies());
    assertFalse(resources.wanted());
  }

  @Test
  void aProxyThatIsReadyNoMoreIsNone() {
    ArmingResources resources = resources(false);
    node("n1", 1);
    pod("proxy", "n1", 2);
    assertEquals(Optional.empty(), resources.obstacle());
    pod("proxy", "n1", 3, "False");
    assertEquals(Map.of(), resources.proxies());
    assertEquals(Optional.of("no proxy is Ready on node n1"), resources.obstacle().map(Obstacle::message));
  }

  @Test
  void whatChangesNothingIsNoChange() {
    ArmingResources resources = resources(false);
    node("n1", 1);
    pod("proxy", "n1", 2);
    long before = resources.changes();
    node("n1", 3);
    pod("proxy", "n1", 4);
    pod("registry", "n1", 5);
    assertEquals(before, resources.changes());
    pod("canary", "n1", 6);
    assertEquals(before + 1, resources.changes());
  }

  @Test
  void nothingIsRewrittenBeforeTheProofsAreKnown() {
    ArmingResources resources = resources(true);
    node("n1", 1);
    pod("proxy", "n1", 2);
    assertEquals(Optional.of(Reason.STARTING), resources.obstacle().map(Obstacle::reason));
    assertTrue(resources.obstacle().orElseThrow().message().contains("the ConfigMap arming"));
    synced = false;
    assertEquals(Optional.of("the controller has only just started"),
        resources.obstacle().map(Obstacle::message));
  }

  @Test
  void whatTheConfigMapSaysDecides() throws Exception {
    api.items.add(map(PROVEN.json(), 5));
    ArmingResources resources = resources(true);
    node("n1", 1);
    pod("proxy", "n1", 2);
    resources.start();
    while (!resources.known()) {
      Thread.onSpinWait();
    }
    assertEquals(Optional.empty(), resources.obstacle());
    api.event("MODIFIED", map("forgotten", 11));
    while (resources.obstacle().isEmpty()) {
      Thread.onSpinWait();
    }
    assertEquals(Optional.of(Reason.PENDING), resources.obstacle().map(Obstacle::reason));
  }

  private static String map(String word, int version) {
    JsonObject map = json("{'metadata': {'namespace': 'ours', 'name': 'arming', 'resourceVersion': '"
        + version + "'}, 'data': {}}");
    map.getAsJsonObject("data").addProperty("n1", word);
    return map.toString();
  }

  @Test
  void aCanaryIsToldFromOtherPods() {
    ArmingResources resources = resources(true);
    pod("proxy", "n1", 1);
    pod("canary", "n1", 2);
    assertEquals(1, resources.canaries().size());
    CanaryPod canary = resources.canaries().iterator().next();
    assertEquals("canary-n1 uid-canary-n1 n1", canary.name() + " " + canary.uid() + " " + canary.node());
    resources.delete(canary);
    assertTrue(api.writes.getFirst().startsWith("DELETE /api/v1/namespaces/ours/pods/canary-n1 "));
    assertTrue(api.writes.getFirst().contains("\"uid\":\"uid-canary-n1\""));
  }

  /** This API server answers 404 to all writes. */
  @Test
  void aRefusalIsToldInTheServersWordsAndAnOutageIsNone() {
    ArmingResources resources = resources(true);
    String why = resources.create(json("{'kind': 'Pod'}")).orElseThrow();
    assertTrue(why.contains("HTTP 404 not found"), why);
    api.close();
    assertThrows(ClusterException.class, () -> resources.create(json("{'kind': 'Pod'}")));
  }

  @Test
  void whatIsRememberedIsPatchedOrElseCreated() {
    ArmingResources resources = resources(true);
    api.objects.put("/api/v1/namespaces/ours/configmaps/registry", "{\"metadata\": {\"uid\": \"owner\"}}");
    assertThrows(ClusterException.class,
        () -> resources.remember(Map.of("n1", Optional.of(PROVEN), "n2", Optional.empty())));
    assertEquals(2, api.writes.size());
    String patch = api.writes.getFirst();
    assertTrue(patch.startsWith("PATCH /api/v1/namespaces/ours/configmaps/arming "), patch);
    assertTrue(patch.contains("\"n2\":null") && patch.contains("\"n1\":\"{\\\"proven\\\":"), patch);
    String create = api.writes.getLast();
    assertTrue(create.startsWith("POST /api/v1/namespaces/ours/configmaps "), create);
    assertTrue(create.contains("\"uid\":\"owner\"") && !create.contains("n2"), create);
  }

  @Test
  void anEventThatIsRefusedStopsNothing() {
    resources(true).event(new Proxy("proxy-n1", "uid-proxy-n1", "r1"), false, "CanaryPulled", "words");
    assertTrue(api.writes.getFirst().startsWith("POST /api/v1/namespaces/ours/events "),
        api.writes::toString);
  }
}
