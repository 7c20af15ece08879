package io.kuik.controller.cluster;

import static io.kuik.controller.json.SingleQuotes.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kuik.controller.collection.CollectionStore;
import io.kuik.controller.image.CachedImage;
import io.kuik.controller.image.JobView;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Job of a collection at an API server that takes it, or doesn't. */
class CollectionResourcesTest {
  /** An API server that answers everything so, and who makes a Job there. */
  private static Optional<String> made(int status, String answer) throws IOException {
    try (var server = new ApiServer(exchange -> ApiServer.answer(exchange, status, answer))) {
      var calls = new ApiCalls(server.client());
      var images = new ImageResources(calls, "ns",
          new Watched<>(calls, calls, "/images", "", CachedImage::of),
          new Watched<>(calls, calls, "/jobs", "", JobView::of),
          new Watched<>(calls, calls, "/pods", "", OwnPod::of));
      CollectionStore store = new CollectionResources(calls, "ns", "kuik-registry", "a=b", images);
      return store.create(json("{'metadata': {'name': 'kuik-gc-1'}}"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 422})
  void aRefusalIsInTheApiServersWords(int status) throws IOException {
    assertEquals(
        Optional.of("POST /apis/batch/v1/namespaces/ns/jobs: HTTP " + status + " exceeded quota: jobs"),
        made(status, "{\"message\": \"exceeded quota: jobs\"}"));
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 409})
  void aJobThatIsThereIsNoRefusal(int status) throws IOException {
    assertEquals(Optional.empty(), made(status, "{}"));
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504})
  void whatPassesByItselfAndWhatAnotherBreaksIsNoRefusal(int status) {
    assertThrows(ClusterException.class, () -> made(status, "{}"));
  }
}
