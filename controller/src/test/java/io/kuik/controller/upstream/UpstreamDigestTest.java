package io.kuik.controller.upstream;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kuik.model.Digest;
import io.kuik.model.ImageReference;
import io.kuik.registry.Credential;
import io.kuik.registry.FakeRegistry;
import io.kuik.registry.HttpProxies;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistrySettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is asked of a registry that is reached as its own proxy. */
@Timeout(20)
class UpstreamDigestTest {
  private static final String HOST = "registry.example:5000";
  private static final ImageReference IMAGE = ImageReference.parse(HOST + "/a/b:v1");
  private static final String HEAD = "HEAD /v2/a/b/manifests/v1";
  private static final List<Credential> EVERYBODY = List.of(Credential.ANONYMOUS);

  private FakeRegistry registry;
  private UpstreamDigest upstream;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    upstream = new UpstreamDigest(new RegistryClient(new RegistrySettings(Set.of(HOST), Optional.empty(),
        HttpProxies.from(Map.of("HTTP_PROXY", registry.endpoint().base().toString())), "test")));
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void whatIsThereIsFoundByOneHead() {
    Digest digest = registry.putManifest("a/b", "v1", "{}");
    assertDoesNotThrow(() -> upstream.found(IMAGE, EVERYBODY));
    assertEquals(digest.toString(), upstream.of(IMAGE, EVERYBODY));
    assertEquals(List.of(HEAD, HEAD), registry.requests());
  }

  @Test
  void aRegistryWithoutHeadIsNotPulledFromToFindAnImage() {
    registry.putManifest("a/b", "v1", "{}");
    registry.fault(exchange -> {
      boolean head = exchange.getRequestMethod().equals("HEAD");
      if (head) {
        FakeRegistry.error(exchange, 405, "UNSUPPORTED", "no HEAD");
      }
      return head;
    });
    assertThrows(RegistryException.Unsupported.class, () -> upstream.found(IMAGE, EVERYBODY));
    assertEquals(List.of(HEAD), registry.requests());
  }

  @Test
  void everyCredentialIsTriedBeforeAnImageCountsAsGone() {
    List<Credential> two = List.of(Credential.ANONYMOUS, new Credential.Password("user", "correct-horse"));
    assertThrows(RegistryException.NotFound.class, () -> upstream.found(IMAGE, two));
    assertEquals(List.of(HEAD, HEAD), registry.requests());
  }
}
