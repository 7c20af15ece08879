package io.kuik.controller.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.controller.pod.PodView;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the API server's answers to a healing mean. */
class PodResourcesTest {
  private static final String POD = "{\"metadata\": {\"namespace\": \"n\", \"name\": \"p\","
      + " \"uid\": \"u\", \"resourceVersion\": \"7\", \"labels\": {\"x\": \"healed\"}}}";

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile int status = 200;
  private volatile String body = POD;
  private ApiServer server;
  private Watched<PodView> pods;
  private Watched<OwnPod> proxies;
  private PodResources resources;

  @BeforeEach
  void start() throws IOException {
    server = new ApiServer(exchange -> {
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath() + " "
          + exchange.getRequestHeaders().getFirst("Content-Type") + " " + ApiServer.body(exchange));
      ApiServer.answer(exchange, status, body);
    });
    ApiCalls calls = server.calls();
    pods = new Watched<>(calls, calls, "/pods", "", PodView::of);
    proxies = new Watched<>(calls, calls, "/own", "", OwnPod::of);
    resources = new PodResources(calls, pods,
        new Index<>(proxies, p -> p.pod().key(), OwnPod::component));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static PodView pod() {
    return PodView.of(JsonParser.parseString(POD).getAsJsonObject());
  }

  @Test
  void aPatchIsAJsonPatchAndItsAnswerIsKnownAtOnce() {
    assertTrue(resources.patch(pod(), new JsonArray()));
    assertEquals(List.of("PATCH /api/v1/namespaces/n/pods/p application/json-patch+json []"), requests);
    assertEquals("healed", resources.pod("n/p").orElseThrow().labels().get("x"));
  }

  @Test
  void aPodThatIsGoneOrAnotherOneByNowHasMovedOn() {
    for (int code : new int[]{404, 409, 422}) {
      status = code;
      assertFalse(resources.patch(pod(), new JsonArray()), String.valueOf(code));
    }
    assertTrue(resources.pod("n/p").isEmpty());
  }

  @Test
  void aRefusalIsAnErrorToBeTriedAgain() {
    status = 403;
    assertThrows(ClusterException.class, () -> resources.patch(pod(), new JsonArray()));
  }

  @Test
  void aNodeTellsSomeOfItsImages() {
    body = "{\"status\": {\"images\": [{\"names\": [\"a\", \"b\"]}, {\"sizeBytes\": 1}, {\"names\": [\"c\"]}]}}";
    assertEquals(Set.of("a", "b", "c"), resources.imagesOn("n1"));
    status = 404;
    assertEquals(Set.of(), resources.imagesOn("n1"));
  }

  @Test
  void onlyAReadyProxyOfThatNodeThatStaysCounts() {
    proxies.written(own("proxy", "n1", "True", ""));
    proxies.written(own("registry", "n2", "True", ""));
    proxies.written(own("proxy", "n3", "False", ""));
    proxies.written(own("proxy", "n4", "True", "\"deletionTimestamp\": \"now\", "));
    assertTrue(resources.proxyReady("n1"));
    assertFalse(resources.proxyReady("n2") || resources.proxyReady("n3") || resources.proxyReady("n4"));
  }

  private static JsonObject own(String component, String node, String ready, String more) {
    return JsonParser.parseString("{\"metadata\": {" + more
        + "\"namespace\": \"ours\", \"name\": \"" + component + "-" + node
        + "\", \"labels\": {\"app.kubernetes.io/component\": \"" + component
        + "\"}}, \"spec\": {\"nodeName\": \"" + node
        + "\"}, \"status\": {\"conditions\": [{\"type\": \"Ready\", \"status\": \"" + ready + "\"}]}}")
        .getAsJsonObject();
  }

  @Test
  void anEventIsAboutThePodsContainerAndMayFail() {
    resources.event(pod(), "spec.containers{c}", true, "ImageHealed", "words");
    String request = requests.getFirst();
    assertTrue(request.startsWith("POST /api/v1/namespaces/n/events ")
        && request.contains("\"fieldPath\":\"spec.containers{c}\"") && request.contains("\"uid\":\"u\"")
        && request.contains("\"type\":\"Warning\"") && request.contains("\"message\":\"words\""), request);
    status = 403;
    resources.event(pod(), "", false, "r", "m");
    assertEquals(2, requests.size());
  }
}
