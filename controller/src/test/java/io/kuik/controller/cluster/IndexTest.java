package io.kuik.controller.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.controller.pod.PodView;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Objects by what they have in common, while they change. */
class IndexTest {
  private FakeApi api;
  private Watched<PodView> pods;
  private Index<PodView> byNode;
  private final Set<String> lookedAt = new HashSet<>();

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi();
    pods = new Watched<>(api.calls(), api.calls(), "/api/v1/pods", "", PodView::of);
    byNode = new Index<>(pods, PodView::key, pod -> {
      lookedAt.add(pod.name());
      return pod.node();
    });
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static JsonObject pod(String name, String node, int version) {
    return JsonParser.parseString("{\"metadata\": {\"name\": \"" + name
        + "\", \"namespace\": \"n\", \"resourceVersion\": \"" + version
        + "\"}, \"spec\": {\"nodeName\": \"" + node + "\"}}").getAsJsonObject();
  }

  private List<String> on(String node) {
    return byNode.find(node).stream().map(PodView::name).toList();
  }

  @Test
  void findsByGroupInTheOrderOfKeys() {
    pods.written(pod("b", "one", 1));
    pods.written(pod("a", "one", 2));
    pods.written(pod("c", "two", 3));
    assertEquals(List.of("a", "b"), on("one"));
    assertEquals(List.of("c"), on("two"));
    assertEquals(List.of(), on("three"));
  }

  @Test
  void whatMovesIsFoundWhereItIsNow() {
    pods.written(pod("a", "one", 1));
    pods.written(pod("a", "two", 2));
    assertEquals(List.of(), on("one"));
    assertEquals(List.of("a"), on("two"));
  }

  @Test
  void looksAtNoObjectOfAnotherGroup() {
    for (int i = 0; i < 1000; i++) {
      pods.written(pod("many-" + i, "big", i + 1));
    }
    pods.written(pod("a", "small", 2000));
    lookedAt.clear();
    assertEquals(List.of("a"), on("small"));
    assertEquals(Set.of("a"), lookedAt);
  }
}
