package io.kuik.controller.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kubernetes.client.openapi.ApiException;
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

  @Test
  void aFailureIsToldInOneLine() throws Exception {
    var gone = new FakeApi();
    gone.close();
    ApiCalls nobody = gone.calls();
    ClusterException refused = assertThrows(ClusterException.class,
        () -> nobody.get("/api/v1/pods", Map.of()));
    String told = String.valueOf(refused.getMessage());
    assertEquals(1, told.lines().count(), told);
    assertTrue(told.startsWith("GET /api/v1/pods: Failed to connect to "), told);
    assertEquals("not yours",
        ApiCalls.reason(new ApiException(403, Map.of(), "{\"kind\":\"Status\",\"message\":\"not yours\"}")));
    assertEquals("java.lang.IllegalStateException: first",
        ApiCalls.reason(new IllegalStateException("first\nsecond")));
  }
}
