package io.kuik.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The image that the proxy makes itself, pulled as a runtime pulls it. */
class CanaryTest extends OneProxy {
  private static final String IMAGE = "/v2/kuik-canary/probe/";
  private static final Pattern BLOB = Pattern.compile("\"digest\":\"(sha256:[0-9a-f]{64})\",\"size\":(\\d+)");

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void isWholeAndTrueToItsDigests() throws Exception {
    HttpResponse<byte[]> head = bed.send("HEAD", IMAGE + "manifests/1");
    assertEquals(200, head.statusCode());
    assertEquals(ManifestType.OCI_MANIFEST, header(head, "Content-Type"));
    String digest = header(head, "Docker-Content-Digest");
    byte[] manifest = bed.get(IMAGE + "manifests/" + digest).body();
    assertEquals(digest, Digest.sha256(manifest).toString());
    assertEquals(header(head, "Content-Length"), String.valueOf(manifest.length));
    List<String> blobs = BLOB.matcher(new String(manifest, StandardCharsets.UTF_8)).results()
        .map(b -> b.group(1) + " " + b.group(2)).toList();
    assertEquals(2, blobs.size());
    for (String blob : blobs) {
      byte[] bytes = bed.get(IMAGE + "blobs/" + blob.split(" ")[0]).body();
      assertEquals(blob, Digest.sha256(bytes) + " " + bytes.length);
      HttpResponse<byte[]> headers = bed.send("HEAD", IMAGE + "blobs/" + blob.split(" ")[0]);
      assertEquals(String.valueOf(bytes.length), header(headers, "Content-Length"));
    }
  }

  @Test
  void hasNothingElse() throws Exception {
    String absent = "sha256:" + "0".repeat(64);
    assertEquals(404, bed.get(IMAGE + "manifests/" + absent).statusCode());
    assertEquals(404, bed.get(IMAGE + "blobs/" + absent).statusCode());
    assertEquals(404, bed.get(IMAGE + "blobs/1").statusCode());
    assertEquals(404, bed.get(IMAGE + "tags/list").statusCode());
    assertEquals(404, bed.get(IMAGE + "referrers/" + absent).statusCode());
    assertEquals(404, bed.get("/v2/kuik-canary/other/manifests/1").statusCode());
  }

  @Test
  void needsNoRegistryAndCountsForNone() throws Exception {
    bed.cache.fault(bed.hang());
    bed.upstream.fault(bed.hang());
    String before = counters();
    assertEquals(200, bed.get(IMAGE + "manifests/1").statusCode());
    assertEquals(404, bed.get(IMAGE + "blobs/sha256:" + "0".repeat(64)).statusCode());
    assertEquals(List.of(), bed.cache.requests());
    assertEquals(List.of(), bed.upstream.requests());
    assertEquals(before, counters());
    assertFalse(new String(bed.get("/debug").body(), StandardCharsets.UTF_8).contains("kuik-canary"));
  }

  private String counters() throws IOException, InterruptedException {
    return bed.metrics().lines().filter(l -> l.contains("_total") || l.contains("_count"))
        .collect(Collectors.joining("\n"));
  }

  @Test
  void aMirrorsRequestForAnImageOfThatNameIsForItsRegistry() throws Exception {
    bed.upstream.putManifest("kuik-canary/probe", "1", "{}");
    byte[] body = bed.get(IMAGE + "manifests/1?ns=quay.io").body();
    assertEquals("{}", new String(body, StandardCharsets.UTF_8));
    assertTrue(bed.get(IMAGE + "manifests/1?ns=localhost%3A7439").body().length > 2);
  }
}
