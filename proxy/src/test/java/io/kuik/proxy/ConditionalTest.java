package io.kuik.proxy;

import static io.kuik.proxy.ProxyBed.CACHED;
import static io.kuik.proxy.ProxyBed.IMAGE;
import static io.kuik.proxy.ProxyBed.UPSTREAM;
import static io.kuik.proxy.ProxyBed.failing;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import io.kuik.registry.FakeRegistry;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Clients that have the content already, or that take only some media types. */
class ConditionalTest extends OneProxy {
  private static final String JSON = "{\"schemaVersion\": 2}";

  @Test
  void sendsNothingAgainThatTheClientHas() throws Exception {
    for (FakeRegistry registry : List.of(bed.upstream, bed.cache)) {
      String repository = registry == bed.cache ? CACHED : UPSTREAM;
      Digest manifest = registry.putManifest(repository, "1.27", JSON);
      Digest blob = registry.putBlob(repository, new byte[1000]);
      for (String path : List.of("manifests/1.27", "manifests/" + manifest, "blobs/" + blob)) {
        Digest digest = path.startsWith("blobs") ? blob : manifest;
        HttpResponse<byte[]> known = bed.get(IMAGE + path, "If-None-Match", "\"" + digest + "\"");
        assertEquals("304 \"" + digest + "\" " + digest + " 0",
            known.statusCode() + " " + header(known, "ETag")
                + " " + header(known, "Docker-Content-Digest") + " " + known.body().length);
        assertEquals(304, bed.send("HEAD", IMAGE + path, "If-None-Match", "\"" + digest + "\"").statusCode());
        HttpResponse<byte[]> other = bed.get(IMAGE + path, "If-None-Match", "\"sha256:12\"");
        assertEquals("200 \"" + digest + "\"", other.statusCode() + " " + header(other, "ETag"));
        assertTrue(other.body().length > 0);
      }
      assertTrue(registry.requests().stream().anyMatch(r -> r.startsWith("HEAD ")));
    }
  }

  @Test
  void saysNothingOfContentThatIsNotThere() throws Exception {
    assertEquals(404, bed.get(IMAGE + "manifests/1.27", "If-None-Match", "*").statusCode());
    bed.upstream.fault(failing(429));
    assertEquals(429, bed.get(IMAGE + "manifests/1.27", "If-None-Match", "*").statusCode());
  }

  private static String header(HttpResponse<byte[]> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void asksForAPartOnlyOfTheContentThatTheClientBegan() throws Exception {
    var ranges = new CopyOnWriteArrayList<String>();
    Digest blob = bed.cache.putBlob(CACHED, new byte[1000]);
    bed.cache.fault(x -> {
      ranges.add(String.valueOf(x.getRequestHeaders().getFirst("Range")));
      return false;
    });
    for (String validator : List.of("\"" + blob + "\"", "\"sha256:12\"", "Wed, 21 Oct 2015 07:28:00 GMT")) {
      assertEquals(200,
          bed.get(IMAGE + "blobs/" + blob, "Range", "bytes=5-", "If-Range", validator).statusCode());
    }
    assertEquals(List.of("bytes=5-", "null", "null"), ranges);
  }

  /** Answers 404 unless the types have the one of the content, as distribution does. */
  private static FakeRegistry.Fault choosy(String type) {
    return x -> x.getRequestHeaders().getOrDefault("Accept", List.of()).stream()
        .noneMatch(a -> a.contains(type))
        && failing(404).answer(x);
  }

  @Test
  void findsADigestWhateverTypesTheClientTakes() throws Exception {
    Digest digest = bed.cache.putManifest(CACHED, "1.27", JSON);
    bed.cache.fault(choosy(ManifestType.OCI_MANIFEST));
    HttpResponse<byte[]> response = bed.get(IMAGE + "manifests/" + digest, "Accept",
        ManifestType.DOCKER_MANIFEST);
    assertEquals("200 " + ManifestType.OCI_MANIFEST,
        response.statusCode() + " " + header(response, "Content-Type"));
    assertEquals(List.of(), bed.upstream.requests());
  }

  @Test
  void lettingTheUpstreamChooseComesBeforeAnUnwantedType() throws Exception {
    Digest oci = bed.cache.putManifest(CACHED, "1.27", JSON);
    bed.cache.fault(choosy(ManifestType.OCI_MANIFEST));
    Digest docker = bed.upstream.putManifest(UPSTREAM, "1.27", "{}", ManifestType.DOCKER_MANIFEST);
    String[] accept = {"Accept", ManifestType.DOCKER_MANIFEST};
    for (String method : List.of("GET", "HEAD")) {
      assertEquals(docker.toString(),
          header(bed.send(method, IMAGE + "manifests/1.27", accept), "Docker-Content-Digest"));
    }
    bed.upstream.close();
    for (String method : List.of("GET", "HEAD")) {
      assertEquals(oci.toString(),
          header(bed.send(method, IMAGE + "manifests/1.27", accept), "Docker-Content-Digest"));
    }
  }
}
