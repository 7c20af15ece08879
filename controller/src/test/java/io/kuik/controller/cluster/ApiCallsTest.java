package io.kuik.controller.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which calls of the API are counted as the same. */
class ApiCallsTest {
  @ParameterizedTest
  @CsvSource({"/api/v1/pods, pods", "/api/v1/namespaces/a/pods, pods", "/api/v1/namespaces/a/pods/b, pods",
      "/api/v1/namespaces/a/pods/b/status, pods/status", "/api/v1/nodes/a, nodes",
      "/api/v1/namespaces/a, namespaces",
      "/apis/batch/v1/namespaces/a/jobs/b, jobs",
      "/apis/kuik.enix.io/v1alpha1/cachedimages/a/status, cachedimages/status",
      "/apis/kuik.enix.io/v1alpha1/cachedimages, cachedimages", "/version, ''"})
  void aCallIsKnownByItsResourceNotByNames(String path, String resource) {
    assertEquals(resource, ApiCalls.resource(path));
  }

  @Test
  void everyCallIsCountedOnce() throws Exception {
    try (FakeApi api = new FakeApi()) {
      ApiCalls calls = api.calls();
      calls.get("/api/v1/pods", Map.of("limit", "1"));
      calls.delete("/api/v1/namespaces/a/pods/b");
      assertEquals(List.of("GET pods", "DELETE pods"), api.called);
    }
  }
}
