package io.kuik.proxy;

import static io.kuik.proxy.ProxyBed.CACHED;
import static io.kuik.proxy.ProxyBed.IMAGE;
import static io.kuik.proxy.ProxyBed.UPSTREAM;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kuik.model.Digest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A wrong byte never ends as a success, and the retry is served by who has the right ones. */
class TruthTest extends OneProxy {
  private final byte[] layer = new byte[300_000];
  private final byte[] wrong = new byte[300_000];
  private Digest blob;

  @BeforeEach
  void start() {
    new Random(1).nextBytes(layer);
    System.arraycopy(layer, 0, wrong, 0, layer.length);
    wrong[7]++;
    blob = bed.upstream.putBlob(UPSTREAM, layer);
  }

  private HttpResponse<byte[]> pull() throws IOException, InterruptedException {
    return bed.get(IMAGE + "blobs/" + blob);
  }

  @Test
  void cutsWrongBytesOfTheCacheAndServesTheRetryFromTheUpstream() throws Exception {
    bed.cache.fault(new BrokenBlob(wrong));
    assertThrows(IOException.class, this::pull);
    assertArrayEquals(layer, pull().body());
  }

  @Test
  void noticesBytesThatBecameWrongWhenAClientAsksAgainSoon() throws Exception {
    bed.cache.putBlob(CACHED, layer);
    assertArrayEquals(layer, pull().body());
    bed.cache.fault(new BrokenBlob(wrong));
    assertThrows(IOException.class, this::pull);
    assertArrayEquals(layer, pull().body());
  }

  @Test
  void asksTheCacheAfterAllWhenTheUpstreamHasWrongBytesToo() throws Exception {
    bed.cache.fault(new BrokenBlob(wrong));
    bed.upstream.fault(new BrokenBlob(wrong));
    assertThrows(IOException.class, this::pull);
    assertThrows(IOException.class, this::pull);
    bed.cache.fault(new BrokenBlob(layer));
    assertArrayEquals(layer, pull().body());
  }

  @Test
  void asksTheCacheAfterAllWhenItsBytesWereWrongAndTheUpstreamIsDown() throws Exception {
    bed.cache.fault(new BrokenBlob(wrong));
    assertThrows(IOException.class, this::pull);
    bed.upstream.close();
    bed.cache.fault(new BrokenBlob(layer));
    assertArrayEquals(layer, pull().body());
  }

  @Test
  void checksNoMoreThanTheLengthOfAPart() throws Exception {
    bed.cache.fault(new BrokenBlob(wrong));
    assertEquals(206, bed.get(IMAGE + "blobs/" + blob, "Range", "bytes=0-99").statusCode());
  }
}
