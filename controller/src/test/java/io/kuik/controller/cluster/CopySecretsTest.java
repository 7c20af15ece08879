package io.kuik.controller.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.controller.image.CachedImage;
import io.kuik.controller.image.JobView;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Secrets of copies at an API server that keeps them. */
class CopySecretsTest {
  private static final String PATH = "/api/v1/namespaces/ns/secrets";

  private KeepingApi api;
  private ImageResources resources;

  @BeforeEach
  void start() throws IOException {
    api = new KeepingApi();
    ApiCalls calls = api.calls();
    resources = new ImageResources(calls, "ns",
        new Watched<>(calls, calls, ImageResources.PATH, "", CachedImage::of),
        new Watched<>(calls, calls, "/jobs", "", JobView::of),
        new Watched<>(calls, calls, "/pods", "", OwnPod::of));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static JsonObject secret(String content) {
    return JsonParser
        .parseString("{\"metadata\": {\"name\": \"copy\"}, \"data\": {\"a\": \"" + content + "\"}}")
        .getAsJsonObject();
  }

  @Test
  void theOneOfAnEarlierCopyIsReplacedWhole() {
    resources.putSecret(secret("old"));
    resources.putSecret(secret("new"));
    assertEquals(Map.of(PATH + "/copy", secret("new")), api.objects);
  }

  @Test
  void deletingOneThatIsGoneIsNoFailure() {
    resources.putSecret(secret("old"));
    resources.deleteSecret("copy");
    resources.deleteSecret("copy");
    assertEquals(Map.of(), api.objects);
  }

  @Test
  void aSecretThatStaysIsNotGivenToTheCopy() {
    resources.putSecret(secret("foreign"));
    api.deletes = false;
    assertThrows(IllegalStateException.class, () -> resources.putSecret(secret("new")));
  }
}
