package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.CacheRegistry;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Chapter 3: what is in the cache is what is upstream, byte for byte. */
@Order(3)
class FidelityE2E {
  /** Every public image of the bed's internet but the zoo, some of which no node could run. */
  private static List<String> references() throws IOException {
    return Files.readAllLines(Path.of("/var/lib/kuik-e2e/images/digests")).stream()
        .map(l -> l.split("\\s+")[0])
        .filter(r -> !r.startsWith("private.") && !r.startsWith("docker.io/kuik/") && !r.contains("/zoo/"))
        .toList();
  }

  @Test
  @Order(1)
  void cachedImagesMadeByHandWarmTheCache() throws IOException {
    assertTrue(references().size() >= 17, references().toString());
    Story.want("warm", references().stream().filter(r -> Kube.cachedImage(r).isEmpty()).toList());
    for (String reference : references()) {
      Eventually.holds(reference + " is cached", Story.LATER, () -> Kube.cached(reference),
          Release::describe);
    }
  }

  @Test
  @Order(2)
  void digestsAndBytesAreThoseOfTheUpstream() throws IOException {
    var cache = new CacheRegistry();
    for (String reference : references()) {
      assertSameAsUpstream(cache, reference);
    }
  }

  /** The cache has the image's manifests and layers, and the very bytes of the manifests. */
  static void assertSameAsUpstream(CacheRegistry cache, String reference) {
    int colon = reference.lastIndexOf(':');
    String repository = reference.substring(0, colon);
    byte[] upstream = Bed.checked("crane", "manifest", reference).bytes();
    HttpResponse<byte[]> cached = cache.manifest(repository, reference.substring(colon + 1));
    assertEquals(200, cached.statusCode(), reference);
    assertArrayEquals(upstream, cached.body(), reference);
    String digest = Bed.run("crane", "digest", reference).strip();
    assertEquals(digest, cached.headers().firstValue("Docker-Content-Digest").orElse(""), reference);
    assertEquals(digest, Kube.text(Kube.cachedImage(reference).orElseThrow(), "status", "digest"), reference);
    compareParts(cache, repository,
        JsonParser.parseString(new String(upstream, StandardCharsets.UTF_8)).getAsJsonObject());
  }

  private static void compareParts(CacheRegistry cache, String repository, JsonObject manifest) {
    int children = 0;
    for (JsonObject child : Kube.objects(manifest, "manifests")) {
      String digest = Kube.text(child, "digest");
      HttpResponse<byte[]> cached = cache.manifest(repository, digest);
      String architecture = Kube.text(child, "platform", "architecture");
      // The nodes are amd64: the other platforms stay upstream, and the index lists them all the same.
      assertEquals(architecture.equals("arm64") ? 404 : 200,
          architecture.equals("unknown") ? 200 : cached.statusCode(), digest);
      if (cached.statusCode() == 200) {
        children++;
        byte[] upstream = Bed.checked("crane", "manifest", repository + "@" + digest).bytes();
        assertArrayEquals(upstream, cached.body(), repository + "@" + digest);
        compareParts(cache, repository,
            JsonParser.parseString(new String(upstream, StandardCharsets.UTF_8)).getAsJsonObject());
      }
    }
    assertTrue(children > 0 || Kube.objects(manifest, "manifests").isEmpty(), repository);
    for (JsonObject layer : Kube.objects(manifest, "layers")) {
      assertEquals(200, cache.blobStatus(repository, Kube.text(layer, "digest")), repository);
    }
    if (manifest.has("config")) {
      assertEquals(200, cache.blobStatus(repository, Kube.text(manifest, "config", "digest")), repository);
    }
  }

  @Test
  @Order(3)
  void theCacheIsReadOnlyForProxiesAndClosedToOthers() {
    var cache = new CacheRegistry();
    assertEquals(401, cache.status("GET", "docker.io/library/nginx/manifests/latest", false));
    assertEquals(405, cache.status("DELETE", "docker.io/library/nginx/manifests/latest", true));
    assertEquals(405, cache.status("POST", "docker.io/library/nginx/blobs/uploads/", true));
  }
}
