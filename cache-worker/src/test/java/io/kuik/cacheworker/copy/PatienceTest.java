package io.kuik.cacheworker.copy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CopyOutcome;
import io.kuik.registry.Credential;
import io.kuik.registry.FakeRegistry;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistryRequest;
import io.kuik.registry.RegistrySettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When an upstream is asked again, and when that is left to others. */
class PatienceTest {
  private final List<Duration> pauses = new ArrayList<>();
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

  private Patience patience(double random) {
    return new Patience(pauses::add, () -> random, Duration.ofSeconds(5));
  }

  private RegistryException failure(int status, String... headers) {
    registry.fault(x -> {
      for (int i = 0; i < headers.length; i += 2) {
        x.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      FakeRegistry.error(x, status, "CODE", "words");
      return true;
    });
    return assertThrows(RegistryException.class, () -> client.ok(request()));
  }

  private RegistryRequest request() {
    return RegistryRequest.manifest(registry.endpoint(), "GET", "a/b", "v1").as(Credential.ANONYMOUS);
  }

  @ParameterizedTest
  @CsvSource({"0.0,1,500", "0.5,1,1000", "1.0,1,1500", "0.5,4,8000", "0.5,5,16000", "0.5,9,16000"})
  void waitsLongerEachTimeAndNeverTheSame(double random, int failures, long millis) {
    assertEquals(Optional.of(Duration.ofMillis(millis)), patience(random).next(failures, 10, failure(500)));
  }

  @ParameterizedTest
  @CsvSource({"0.0,10,10000", "1.0,10,11000", "0.0,60,60000"})
  void waitsNoLessThanIsAskedFor(double random, String asked, long millis) {
    for (int status : List.of(429, 503)) {
      assertEquals(Optional.of(Duration.ofMillis(millis)),
          patience(random).next(1, 3, failure(status, "Retry-After", asked)));
    }
  }

  @Test
  void leavesLongWaitsToTheController() {
    assertEquals(Optional.empty(), patience(0).next(1, 3, failure(429, "Retry-After", "61")));
    assertEquals(Optional.empty(), patience(0).next(1, 3, failure(503, "Retry-After", "61")));
  }

  @Test
  void waitsTenMinutesInAllAndNoMore() {
    Patience patience = patience(0);
    RegistryException minute = failure(429, "Retry-After", "60");
    for (int i = 0; i < 10; i++) {
      assertTrue(patience.next(1, 3, minute).isPresent());
    }
    assertEquals(Optional.empty(), patience.next(1, 3, minute));
  }

  @Test
  void asksNotAgainWhereNoPullIsLeft() {
    String[] none = {"ratelimit-limit", "100;w=21600", "ratelimit-remaining", "0;w=21600"};
    assertEquals(Optional.empty(), patience(0).next(1, 3, failure(429, none)));
    assertTrue(patience(0).next(1, 3, failure(429)).isPresent());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 416})
  void finalAnswersAreFinal(int status) {
    RegistryException e = failure(status);
    assertEquals(Optional.empty(), patience(0).next(1, 3, e));
    assertThrows(e.getClass(), () -> patience(0).ask(() -> client.ok(request())));
    assertEquals(List.of(), pauses);
  }

  @Test
  void saysHowOftenItAsked() {
    failure(502);
    int before = registry.requests().size();
    var e = assertThrows(CopyFailure.class, () -> patience(0.5).ask(() -> client.ok(request())));
    assertEquals(CopyOutcome.UPSTREAM_UNAVAILABLE, e.outcome());
    assertTrue(e.getMessage().startsWith("Asked 3 times: GET 127.0.0.1:"), e.getMessage());
    assertEquals(3, registry.requests().size() - before);
    assertEquals(Duration.ofSeconds(1 + 2), pauses.stream().reduce(Duration.ZERO, Duration::plus));
  }

  @Test
  void aWaitEndsWhenThereIsAReasonToStop() {
    patience(0).await(Duration.ofMinutes(1), () -> pauses.size() >= 3);
    assertEquals(3, pauses.size());
    assertTrue(pauses.stream().allMatch(p -> p.compareTo(Duration.ofSeconds(1)) <= 0), pauses.toString());
  }
}
