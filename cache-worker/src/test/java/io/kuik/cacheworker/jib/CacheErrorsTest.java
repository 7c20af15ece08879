package io.kuik.cacheworker.jib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.cloud.tools.jib.api.LogEvent;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CopyOutcome;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the answers of the cache registry mean. */
class CacheErrorsTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"500 | {\"detail\":{\"Op\":\"write\",\"Err\":28}} | STORAGE_FULL",
      "500 | {\"detail\":{\"Op\":\"write\",\"Err\":5}} | CACHE_UNAVAILABLE",
      "500 | write /x: no space left on device | STORAGE_FULL", "507 | '' | STORAGE_FULL",
      "503 | '' | CACHE_UNAVAILABLE", "401 | '' | CACHE_UNAVAILABLE", "403 | DENIED | CACHE_UNAVAILABLE",
      "400 | {\"code\":\"DIGEST_INVALID\"} | CORRUPT", "400 | {\"code\":\"MANIFEST_INVALID\"} | UNSUPPORTED",
      "400 | {\"code\":\"MANIFEST_BLOB_UNKNOWN\"} | CACHE_UNAVAILABLE", "413 | '' | UNSUPPORTED"})
  void mapsAnswersToOutcomes(int status, String content, CopyOutcome outcome) {
    CopyFailure failure = CacheErrors.answered("Storing x", status, content, new IOException());
    assertEquals(outcome, failure.outcome());
    assertTrue(failure.getMessage().startsWith("Storing x failed: HTTP " + status), failure.getMessage());
  }

  @Test
  void takesABrokenConnectionForAnUnavailableCache() {
    CopyFailure failure = CacheErrors.of("Storing x", new SocketException("Broken pipe"));
    assertEquals(CopyOutcome.CACHE_UNAVAILABLE, failure.outcome());
    assertTrue(failure.getMessage().contains("Broken pipe"), failure.getMessage());
  }

  @Test
  void endsRetriesAfterTheLimit() {
    LogEvent retry = LogEvent.warn("GET http://x/ failed and will be retried");
    new RetryLimit(Duration.ofHours(1)).accept(retry);
    RetryLimit none = new RetryLimit(Duration.ZERO);
    none.accept(LogEvent.warn("GET http://x/ failed and will NOT be retried"));
    assertThrows(RetryLimit.GaveUpException.class, () -> none.accept(retry));
  }
}
