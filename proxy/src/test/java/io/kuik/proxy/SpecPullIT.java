package io.kuik.proxy;

import static io.kuik.proxy.SpecBed.ABSENT;
import static io.kuik.proxy.SpecBed.BLOBS;
import static io.kuik.proxy.SpecBed.MANIFESTS;
import static io.kuik.proxy.SpecBed.header;
import static io.kuik.proxy.SpecBed.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import io.kuik.proxy.SpecBed.From;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** OCI distribution spec 1.1, section "Pull", and "Determining Support". */
class SpecPullIT extends SpecTests {
  @ParameterizedTest
  @EnumSource
  void determiningSupportAnswers200(From from) throws Exception {
    for (String path : List.of("/v2/", "/v2")) {
      assertEquals(200, bed(from).get(path).statusCode());
      assertEquals(200, bed(from).send("HEAD", path).statusCode());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aManifestIsPulledByTagByteForByte(From from) throws Exception {
    HttpResponse<byte[]> response = bed(from).get(MANIFESTS + "v1", "Accept", ManifestType.OCI_MANIFEST);
    assertEquals(200, response.statusCode());
    assertEquals(bed(from).manifestJson, text(response));
  }

  @ParameterizedTest
  @EnumSource
  void aManifestIsPulledByDigestByteForByte(From from) throws Exception {
    HttpResponse<byte[]> response = bed(from).get(MANIFESTS + bed(from).manifest);
    assertEquals(200, response.statusCode());
    assertEquals(bed(from).manifest, Digest.sha256(response.body()));
  }

  @ParameterizedTest
  @EnumSource
  void theDigestHeaderIsThatOfTheBody(From from) throws Exception {
    for (String reference : List.of("v1", "index", bed(from).manifest.toString(),
        bed(from).index.toString())) {
      HttpResponse<byte[]> response = bed(from).get(MANIFESTS + reference);
      assertEquals(Digest.sha256(response.body()).toString(), header(response, "Docker-Content-Digest"));
    }
    HttpResponse<byte[]> blob = bed(from).get(BLOBS + bed(from).blob);
    assertEquals(Digest.sha256(blob.body()).toString(), header(blob, "Docker-Content-Digest"));
  }

  @ParameterizedTest
  @EnumSource
  void theContentTypeIsTheManifestsMediaTypeWithoutParameters(From from) throws Exception {
    assertEquals(ManifestType.OCI_MANIFEST, header(bed(from).get(MANIFESTS + "v1"), "Content-Type"));
    assertEquals(ManifestType.OCI_INDEX, header(bed(from).get(MANIFESTS + "index"), "Content-Type"));
  }

  @ParameterizedTest
  @EnumSource
  void aManifestIsPulledByAClientThatNamesNoType(From from) throws Exception {
    for (String accept : List.of("*/*", "application/json", "application/*;q=0.5")) {
      assertEquals(200, bed(from).get(MANIFESTS + "index", "Accept", accept).statusCode(), accept);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDigestIsPulledWhateverTypesAreNamed(From from) throws Exception {
    HttpResponse<byte[]> response = bed(from).get(MANIFESTS + bed(from).index, "Accept",
        ManifestType.DOCKER_MANIFEST);
    assertEquals("200 " + ManifestType.OCI_INDEX,
        response.statusCode() + " " + header(response, "Content-Type"));
  }

  @ParameterizedTest
  @EnumSource
  void aBlobIsPulledByteForByte(From from) throws Exception {
    HttpResponse<byte[]> response = bed(from).get(BLOBS + bed(from).blob);
    assertEquals(200, response.statusCode());
    assertArrayEquals(bed(from).layer, response.body());
    assertEquals("{}", text(bed(from).get(BLOBS + bed(from).config)));
  }

  @ParameterizedTest
  @EnumSource
  void absentContentAnswers404(From from) throws Exception {
    for (String path : List.of(MANIFESTS + "absent", MANIFESTS + ABSENT, BLOBS + ABSENT,
        "/v2/docker.io/library/absent/manifests/v1")) {
      assertEquals(404, bed(from).get(path).statusCode(), path);
      assertEquals(404, bed(from).send("HEAD", path).statusCode(), path);
    }
  }

  @ParameterizedTest
  @EnumSource
  void existenceIsCheckedByHeadWithTheHeadersOfGet(From from) throws Exception {
    for (String path : List.of(MANIFESTS + "v1", MANIFESTS + "index", MANIFESTS + bed(from).manifest,
        BLOBS + bed(from).blob)) {
      HttpResponse<byte[]> get = bed(from).get(path);
      HttpResponse<byte[]> head = bed(from).send("HEAD", path);
      assertEquals(headers(get), headers(head), path);
      assertEquals(String.valueOf(get.body().length), header(head, "Content-Length"), path);
      assertEquals(0, head.body().length, path);
    }
  }

  private static String headers(HttpResponse<byte[]> response) {
    var headers = new TreeMap<>(response.headers().map());
    headers.remove("date");
    assertTrue(headers.keySet().containsAll(
        List.of("content-length", "content-type", "docker-content-digest", "etag")), headers.toString());
    return headers.toString();
  }

  @ParameterizedTest
  @EnumSource
  void aMirrorsNamespaceNamesTheRegistry(From from) throws Exception {
    HttpResponse<byte[]> response = bed(from).get("/v2/library/spec/manifests/v1?ns=docker.io");
    assertEquals(bed(from).manifestJson, text(response));
    assertEquals(200,
        bed(from).send("HEAD", "/v2/library/spec/blobs/" + bed(from).blob + "?ns=docker.io").statusCode());
  }

  @ParameterizedTest
  @EnumSource
  void contentThatTheClientHasIsNotSentAgain(From from) throws Exception {
    for (String path : List.of(MANIFESTS + "v1", MANIFESTS + bed(from).manifest, BLOBS + bed(from).blob)) {
      String validator = header(bed(from).get(path), "ETag");
      HttpResponse<byte[]> again = bed(from).get(path, "If-None-Match", validator);
      assertEquals("304 0 " + validator,
          again.statusCode() + " " + again.body().length + " " + header(again, "ETag"), path);
      assertEquals(200, bed(from).get(path, "If-None-Match", "\"other\"").statusCode(), path);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBodyOnAGetIsIgnored(From from) throws Exception {
    try (var socket = new Socket("127.0.0.1", bed(from).port())) {
      String get = "GET " + MANIFESTS + "v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
      for (int i = 0; i < 2; i++) {
        socket.getOutputStream().write(get.getBytes(StandardCharsets.US_ASCII));
        assertTrue(SpecBed.read(socket, bed(from).manifestJson.length()).startsWith("HTTP/1.1 200 OK"));
      }
    }
  }
}
