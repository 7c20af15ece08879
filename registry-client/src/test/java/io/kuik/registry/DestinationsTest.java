package io.kuik.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.kuik.model.Digest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Where a request and its credential go: token services, redirects, and addresses that nobody may ask. */
class DestinationsTest extends RegistryBed {
  private static final Credential.Password LOGIN = new Credential.Password("kuik", "correct-horse");

  @Test
  void fetchesATokenAndKeepsIt() {
    var seen = new CopyOnWriteArrayList<String>();
    registry.fault(x -> tokenService(x, seen));
    for (int i = 0; i < 3; i++) {
      assertEquals(digest, client.manifest(get("v1").as(LOGIN), Optional.empty()).digest());
    }
    assertEquals(List.of(LOGIN.basic()), seen, "one token for three requests, asked with the credential");
  }

  private boolean tokenService(HttpExchange x, List<String> seen) throws IOException {
    if (x.getRequestURI().getPath().equals("/token")) {
      seen.add(x.getRequestHeaders().getFirst("Authorization"));
      boolean asked = x.getRequestURI().getQuery().equals("service=fake&scope=repository:a/b:pull");
      FakeRegistry.answer(x, asked ? 200 : 400, "application/json",
          "{\"access_token\":\"t-1\",\"expires_in\":300}".getBytes(StandardCharsets.UTF_8));
      return true;
    }
    if ("Bearer t-1".equals(x.getRequestHeaders().getFirst("Authorization"))) {
      return false;
    }
    x.getResponseHeaders().set("WWW-Authenticate",
        "Bearer realm=\"" + registry.endpoint().base()
            + "/token\",service=\"fake\",scope=\"repository:a/b:pull\"");
    FakeRegistry.error(x, 401, "UNAUTHORIZED", "token please");
    return true;
  }

  @Test
  void keepsTheCredentialFromAStrangersTokenService() {
    var seen = new CopyOnWriteArrayList<String>();
    registry.fault(x -> {
      seen.add(String.valueOf(x.getRequestHeaders().getFirst("Authorization")));
      x.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"https://thief.example/token\"");
      FakeRegistry.error(x, 401, "UNAUTHORIZED", "token please");
      return true;
    });
    var e = assertThrows(RegistryException.Refused.class, () -> client.ok(get("v1").as(LOGIN)));
    assertFalse(e.getMessage().contains(LOGIN.password()));
    assertEquals(1, seen.size());
  }

  @Test
  void keepsTheCredentialFromRedirectTargets() throws IOException {
    try (FakeRegistry storage = new FakeRegistry()) {
      var seen = new CopyOnWriteArrayList<String>();
      byte[] blob = "layer".getBytes(StandardCharsets.UTF_8);
      storage.putBlob("a/b", blob);
      storage.fault(x -> {
        seen.add(String.valueOf(x.getRequestHeaders().getFirst("Authorization")));
        return false;
      });
      registry.fault(x -> {
        x.getResponseHeaders().set("Location", storage.endpoint().base() + x.getRequestURI().getPath());
        FakeRegistry.answer(x, 307, "text/plain", new byte[0]);
        return true;
      });
      var request = RegistryRequest.blob(registry.endpoint(), "GET", "a/b", Digest.sha256(blob).toString())
          .as(LOGIN);
      try (RegistryResponse response = client.ok(request)) {
        assertArrayEquals(blob, response.body().readAllBytes());
      }
      assertEquals(List.of("null"), seen);
    }
  }

  @Test
  void keepsTheCredentialAtHome() {
    var seen = new CopyOnWriteArrayList<String>();
    registry.fault(x -> {
      seen.add(String.valueOf(x.getRequestHeaders().getFirst("Authorization")));
      boolean moved = x.getRequestURI().getPath().endsWith("/old");
      if (moved) {
        x.getResponseHeaders().set("Location", "/v2/a/b/manifests/v1");
        FakeRegistry.answer(x, 302, "text/plain", new byte[0]);
      }
      return moved;
    });
    assertEquals(digest, client.manifest(get("old").as(LOGIN), Optional.empty()).digest());
    assertEquals(List.of(LOGIN.basic(), LOGIN.basic()), seen);
  }

  @Test
  void goesToNoLoopbackAddressForAnUpstream() {
    int port = registry.endpoint().base().getPort();
    var insecure = new RegistryClient(
        new RegistrySettings(Set.of("127.0.0.1:" + port), Optional.empty(), "test"));
    for (String host : List.of("127.0.0.1", "localhost")) {
      var upstream = RegistryEndpoint.upstream(host + ":" + port, Set.of("127.0.0.1:" + port));
      assertThrows(RegistryException.Refused.class,
          () -> insecure.ok(RegistryRequest.manifest(upstream, "GET", "a/b", "v1")));
    }
    assertEquals(List.of(), registry.requests());
  }

  @Test
  void stopsAtARedirectLoop() {
    answers(307, "Location", "/v2/a/b/manifests/v1");
    var e = assertThrows(RegistryException.Unsupported.class, () -> client.ok(get("v1")));
    assertTrue(e.getMessage().contains("more than 5 redirects"), e.getMessage());
    assertEquals(6, registry.requests().size());
  }

  @Test
  void takesAnExpiredSignatureForNoRefusal() throws IOException {
    try (FakeRegistry storage = new FakeRegistry()) {
      storage.fault(x -> {
        FakeRegistry.error(x, 403, "AccessDenied", "expired https://s/?X-Amz-Signature=abc");
        return true;
      });
      URI base = storage.endpoint().base();
      answers(307, "Location", "http://localhost:" + base.getPort() + "/x?X-Amz-Signature=abc");
      var blob = RegistryRequest.blob(registry.endpoint(), "GET", "a/b", digest.toString());
      var e = assertThrows(RegistryException.Unavailable.class, () -> client.ok(blob));
      assertTrue(e.getMessage().contains("localhost, where the registry sent us, answered HTTP 403"),
          e.getMessage());
      assertFalse(e.getMessage().contains("abc"), e.getMessage());
    }
  }
}
