package io.kuik.proxy;

import static io.kuik.proxy.ProxyBed.IMAGE;
import static io.kuik.proxy.ProxyBed.UPSTREAM;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.Digest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Registries that take a connection and say nothing; slow, since the proxy's real limits are waited for. */
class HangingIT {
  private final byte[] layer = new byte[300_000];
  private ProxyBed bed;
  private Digest blob;

  @BeforeEach
  void start() throws IOException {
    bed = new ProxyBed();
    bed.upstream.putManifest(UPSTREAM, "1.27", "{}");
    blob = bed.upstream.putBlob(UPSTREAM, layer);
    bed.cache.fault(bed.hang());
  }

  @AfterEach
  void stop() throws IOException {
    bed.close();
  }

  private static String text(HttpResponse<byte[]> response) {
    return response.statusCode() + " " + new String(response.body(), StandardCharsets.UTF_8).strip();
  }

  @Test
  void pullsWithinThreeSecondsWhileTheCacheHangs() {
    assertTimeout(Duration.ofSeconds(3),
        () -> assertEquals(200, bed.get(IMAGE + "manifests/1.27").statusCode()));
    assertTimeout(Duration.ofMillis(900),
        () -> assertEquals(200, bed.get(IMAGE + "manifests/1.27").statusCode()), "the cache is left alone");
    assertTimeout(Duration.ofSeconds(3),
        () -> assertArrayEquals(layer, bed.get(IMAGE + "blobs/" + blob).body()));
  }

  @Test
  void answersWithinTenSecondsWhenBothHang() {
    bed.upstream.fault(bed.hang());
    assertTimeout(Duration.ofSeconds(10), () -> {
      String text = text(bed.get(IMAGE + "manifests/1.27"));
      assertTrue(text.startsWith("504 ") && text.contains("docker.io did not answer within 7000 ms")
          && text.contains("the cache registry did not answer within 2000 ms"), text);
    });
  }
}
