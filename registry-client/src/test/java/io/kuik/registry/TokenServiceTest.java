package io.kuik.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens of every kind, from services that keep to the specification and from others. */
class TokenServiceTest {
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Set<String> good = ConcurrentHashMap.newKeySet();
  private volatile Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private volatile String answer = "{\"token\":\"T\"}";
  private volatile int status = 200;
  private FakeRegistry registry;
  private RegistryTransport transport;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    registry.putManifest("a/b", "v1", "{}");
    registry.fault(this::guarded);
    transport = new RegistryTransport(new RegistrySettings(Set.of(), Optional.empty(), "test"), () -> now);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private boolean guarded(HttpExchange x) throws IOException {
    if (x.getRequestURI().getPath().equals("/token")) {
      asked.add(x.getRequestMethod() + " " + String.valueOf(x.getRequestURI().getRawQuery()) + " "
          + new String(x.getRequestBody().readAllBytes(), StandardCharsets.UTF_8) + " "
          + x.getRequestHeaders().getFirst("Authorization"));
      String token = "t" + asked.size();
      good.add(token);
      FakeRegistry.answer(x, status, "application/json",
          answer.replace("\"T\"", '"' + token + '"').getBytes(StandardCharsets.UTF_8));
      return true;
    }
    String shown = String.valueOf(x.getRequestHeaders().getFirst("Authorization"));
    if (shown.startsWith("Bearer ") && good.contains(shown.substring("Bearer ".length()))) {
      return false;
    }
    x.getResponseHeaders().set("WWW-Authenticate",
        "Bearer realm=\"" + registry.endpoint().base() + "/token\",service=\"fake\"");
    FakeRegistry.error(x, 401, "UNAUTHORIZED", "token please");
    return true;
  }

  private int pull(Credential credential) {
    var request = RegistryRequest.manifest(registry.endpoint(), "GET", "a/b", "v1").as(credential);
    try (RegistryResponse response = transport.send(request)) {
      return response.status();
    }
  }

  /** How many tokens are asked for by requests at these seconds. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"{\"token\":\"T\"} | 49 | 1", "{\"token\":\"T\"} | 51 | 2",
      "{\"access_token\":\"T\"} | 49 | 1", "{\"token\":\"\",\"access_token\":\"T\"} | 1 | 1",
      "{\"token\":\"T\",\"expires_in\":300} | 289 | 1", "{\"token\":\"T\",\"expires_in\":300} | 291 | 2",
      "{\"token\":\"T\",\"expires_in\":5} | 3 | 1", "{\"token\":\"T\",\"expires_in\":5} | 4 | 2",
      "{\"token\":\"T\",\"expires_in\":0} | 49 | 1", "{\"token\":\"T\",\"expires_in\":-1} | 49 | 1",
      "{\"token\":\"T\",\"expires_in\":9223372036854775807} | 86000 | 1"})
  void believesHowLongATokenLives(String said, long seconds, int tokens) {
    answer = said;
    assertEquals(200, pull(Credential.ANONYMOUS));
    now = now.plusSeconds(seconds);
    assertEquals(200, pull(Credential.ANONYMOUS));
    assertEquals(tokens, asked.size());
  }

  @Test
  void asksAnewWhenATokenIsRefused() {
    answer = "{\"token\":\"T\",\"expires_in\":3600}";
    assertEquals(200, pull(Credential.ANONYMOUS));
    good.clear();
    assertEquals(200, pull(Credential.ANONYMOUS));
    assertEquals(2, asked.size());
  }

  @Test
  void asksOnceForATokenThatIsRefusedAtOnce() {
    registry.fault(x -> {
      guarded(x);
      good.clear();
      return true;
    });
    assertEquals(401, pull(Credential.ANONYMOUS));
    assertEquals(1, asked.size());
  }

  @Test
  void manyThreadsThatAreRefusedAllGetThrough() throws InterruptedException {
    assertEquals(200, pull(Credential.ANONYMOUS));
    good.clear();
    var statuses = new CopyOnWriteArrayList<Integer>();
    var ready = new CountDownLatch(1);
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 8; i++) {
      threads.add(Thread.ofVirtual().start(() -> {
        try {
          ready.await();
          statuses.add(pull(Credential.ANONYMOUS));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }));
    }
    ready.countDown();
    for (Thread thread : threads) {
      thread.join(Duration.ofSeconds(20));
    }
    assertEquals(List.of(200, 200, 200, 200, 200, 200, 200, 200), statuses);
  }

  @Test
  void exchangesAnIdentityToken() {
    answer = "{\"access_token\":\"T\",\"refresh_token\":\"new\",\"expires_in\":600}";
    assertEquals(200, pull(new Credential.IdentityToken("00000000", "re/fresh+")));
    assertEquals(List.of(
        "POST null grant_type=refresh_token&service=fake&scope=repository%3Aa%2Fb%3Apull"
            + "&client_id=kube-image-keeper&refresh_token=re%2Ffresh%2B null"),
        asked);
  }

  @Test
  void showsAPasswordToTheService() {
    Credential.Password login = new Credential.Password("u", "p");
    assertEquals(200, pull(login));
    assertEquals(List.of("GET service=fake&scope=repository%3Aa%2Fb%3Apull  " + login.basic()), asked);
  }

  @ParameterizedTest
  @CsvSource({"401,Unauthorized", "403,Forbidden", "404,Unsupported", "429,RateLimited", "500,Unavailable",
      "503,Unavailable"})
  void saysThatItWasTheServiceThatRefused(int with, String kind) {
    status = with;
    answer = "{\"details\":\"no\"}";
    var e = assertInstanceOf(RegistryException.class,
        assertThrows(RuntimeException.class, () -> pull(Credential.ANONYMOUS)));
    assertEquals(kind, e.getClass().getSimpleName());
    assertTrue(e.getMessage().contains("its token service 127.0.0.1 answered HTTP " + with), e.getMessage());
  }

  @Test
  void quotesNothingOfAnAnswerWithoutAToken() {
    answer = "{\"tocken\":\"secret\"}";
    var e = assertThrows(RegistryException.Unsupported.class, () -> pull(Credential.ANONYMOUS));
    assertFalse(e.getMessage().contains("secret"), e.getMessage());
  }
}
