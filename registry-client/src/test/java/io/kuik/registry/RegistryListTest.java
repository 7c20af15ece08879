package io.kuik.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists of repositories and tags, and tags that are to go. */
class RegistryListTest {
  private final RegistryClient client = new RegistryClient(
      new RegistrySettings(Set.of(), Optional.empty(), "test"));
  private FakeRegistry registry;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private void pages(String first, String link, String second) {
    registry.fault(x -> {
      boolean last = String.valueOf(x.getRequestURI().getQuery()).contains("last=");
      if (!last && !link.isEmpty()) {
        x.getResponseHeaders().set("Link", link);
      }
      json(x, last ? second : first);
      return true;
    });
  }

  private static void json(HttpExchange exchange, String body) throws IOException {
    FakeRegistry.answer(exchange, 200, "application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> repositories(int limit) {
    return RegistryList.read(client, RegistryRequest.catalog(registry.endpoint(), 2), "repositories", limit);
  }

  @Test
  void readsPageAfterPage() {
    pages("{\"repositories\": [\"a\", \"b\"]}", "</v2/_catalog?last=b&n=2>; rel=\"next\"",
        "{\"repositories\": [\"c\"]}");
    assertEquals(List.of("a", "b", "c"), repositories(10));
  }

  @Test
  void aListThatIsTooLongIsNotCut() {
    pages("{\"repositories\": [\"a\", \"b\"]}", "</v2/_catalog?last=b&n=2>; rel=\"next\"",
        "{\"repositories\": [\"c\"]}");
    assertThrows(RegistryException.Unsupported.class, () -> repositories(2));
  }

  @Test
  void followsNoLinkToElsewhere() {
    pages("{\"repositories\": [\"a\"]}", "<http://evil.example.com/v2/_catalog?last=a>; rel=\"next\"",
        "{\"repositories\": [\"c\"]}");
    assertEquals(List.of("a"), repositories(10));
  }

  @Test
  void anEmptyPageIsTheLast() {
    pages("{\"repositories\": []}", "</v2/_catalog?n=2>; rel=\"next\"", "{\"repositories\": [\"c\"]}");
    assertEquals(List.of(), repositories(10));
  }

  @Test
  void whatIsNoListIsNotAnEmptyOne() {
    pages("{\"repositories\": \"a\"}", "", "");
    assertThrows(RegistryException.Unsupported.class, () -> repositories(10));
    pages("<html>", "", "");
    assertThrows(RegistryException.Unsupported.class, () -> repositories(10));
  }

  @Test
  void anUnknownRepositoryHasNoTags() {
    assertEquals(List.of(),
        RegistryList.read(client, RegistryRequest.tags(registry.endpoint(), "a/b", 100), "tags", 10));
    pages("{\"name\": \"a/b\", \"tags\": null}", "", "");
    assertEquals(List.of(),
        RegistryList.read(client, RegistryRequest.tags(registry.endpoint(), "a/b", 100), "tags", 10));
  }

  @Test
  void deletesATagAndSaysWhetherItWasThere() {
    registry.fault(x -> {
      boolean there = x.getRequestMethod().equals("DELETE")
          && x.getRequestURI().getPath().equals("/v2/a/b/manifests/v1");
      if (there) {
        x.sendResponseHeaders(202, -1);
      }
      return there;
    });
    assertTrue(client.deleteTag(registry.endpoint(), "a/b", "v1", Credential.ANONYMOUS));
    assertFalse(client.deleteTag(registry.endpoint(), "a/b", "v2", Credential.ANONYMOUS));
  }

  @Test
  void aRegistryThatDoesNotDeleteIsToldHow() {
    registry.fault(x -> {
      FakeRegistry.error(x, 405, "UNSUPPORTED", "The operation is unsupported.");
      return true;
    });
    var failure = assertThrows(RegistryException.class,
        () -> client.deleteTag(registry.endpoint(), "a/b", "v1", Credential.ANONYMOUS));
    assertInstanceOf(RegistryException.Unsupported.class, failure);
    assertTrue(String.valueOf(failure.getMessage()).contains("storage.delete.enabled"), failure::toString);
  }

  @Test
  void nothingIsDeletedByDigest() {
    assertThrows(IllegalArgumentException.class, () -> client.deleteTag(registry.endpoint(), "a/b",
        "sha256:" + "a".repeat(64), Credential.ANONYMOUS));
    assertEquals(List.of(), registry.requests());
  }
}
