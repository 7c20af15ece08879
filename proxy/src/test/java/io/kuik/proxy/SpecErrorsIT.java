package io.kuik.proxy;

import static io.kuik.proxy.SpecBed.ABSENT;
import static io.kuik.proxy.SpecBed.BLOBS;
import static io.kuik.proxy.SpecBed.MANIFESTS;
import static io.kuik.proxy.SpecBed.NAME;
import static io.kuik.proxy.SpecBed.REFERRERS;
import static io.kuik.proxy.SpecBed.TAGS;
import static io.kuik.proxy.SpecBed.header;
import static io.kuik.proxy.SpecBed.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.proxy.SpecBed.From;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** OCI distribution spec 1.1, section "Error Codes". */
class SpecErrorsIT extends SpecTests {
  private void refused(From from, String method, String path, int status, String code) throws Exception {
    HttpResponse<byte[]> response = bed(from).send(method, path);
    String what = method + " " + path + ": " + text(response);
    assertEquals(status, response.statusCode(), what);
    assertEquals("application/json", header(response, "Content-Type"), what);
    assertTrue(text(response).startsWith("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\""), what);
  }

  @ParameterizedTest
  @EnumSource
  void absentManifestsAreUnknown(From from) throws Exception {
    refused(from, "GET", MANIFESTS + "absent", 404, "MANIFEST_UNKNOWN");
    refused(from, "GET", MANIFESTS + ABSENT, 404, "MANIFEST_UNKNOWN");
  }

  @ParameterizedTest
  @EnumSource
  void absentBlobsAreUnknown(From from) throws Exception {
    refused(from, "GET", BLOBS + ABSENT, 404, "BLOB_UNKNOWN");
  }

  @ParameterizedTest
  @EnumSource
  void absentRepositoriesAreUnknown(From from) throws Exception {
    refused(from, "GET", "/v2/docker.io/library/absent/tags/list", 404, "NAME_UNKNOWN");
    refused(from, "GET", "/v2/host-5000/a/manifests/v1", 404, "NAME_UNKNOWN");
  }

  @ParameterizedTest
  @EnumSource
  void namesThatAreNoneAreInvalid(From from) throws Exception {
    for (String name : new String[]{"docker.io/UPPER/x", "docker.io/a//b", "docker.io/a/../b",
        "docker.io/-a/b", "docker.io/a_-b", "docker.io/%C3%A4", "docker.io/a%0ab",
        "docker.io/" + "a".repeat(250)}) {
      refused(from, "GET", "/v2/" + name + "/manifests/v1", 400, "NAME_INVALID");
    }
  }

  @ParameterizedTest
  @EnumSource
  void digestsThatAreNoneAreInvalid(From from) throws Exception {
    for (String digest : new String[]{"sha256:abc", "sha256:" + "G".repeat(64), "md5:" + "0".repeat(32),
        "sha256:" + "0".repeat(65)}) {
      refused(from, "GET", BLOBS + digest, 400, "DIGEST_INVALID");
      refused(from, "GET", MANIFESTS + digest, 400, "DIGEST_INVALID");
      refused(from, "GET", REFERRERS + digest, 400, "DIGEST_INVALID");
    }
  }

  @ParameterizedTest
  @EnumSource
  void tagsAndNumbersThatAreNoneAreInvalid(From from) throws Exception {
    refused(from, "GET", MANIFESTS + ".v1", 400, "TAG_INVALID");
    refused(from, "GET", MANIFESTS + "a".repeat(129), 400, "TAG_INVALID");
    refused(from, "GET", TAGS + "?n=-1", 400, "PAGINATION_NUMBER_INVALID");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoAddressOfARegistryIsNotThere(From from) throws Exception {
    for (String path : new String[]{"/", "/v1/", "/v2/_catalog", "/v2/" + NAME + "/manifests/",
        "/v2/" + NAME + "/manifests/a/b", "/v2/" + NAME, "/v2/" + NAME + "/tags", "/v2/x/y/z"}) {
      refused(from, "GET", path, 404, "UNSUPPORTED");
    }
  }

  @ParameterizedTest
  @EnumSource
  void writesAreNotAllowed(From from) throws Exception {
    for (String method : new String[]{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"}) {
      refused(from, method, "/v2/" + NAME + "/blobs/uploads/", 405, "UNSUPPORTED");
      refused(from, method, MANIFESTS + "v1", 405, "UNSUPPORTED");
      assertEquals("GET, HEAD", header(bed(from).send(method, MANIFESTS + "v1"), "Allow"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anErrorToAHeadHasNoBody(From from) throws Exception {
    for (String path : new String[]{MANIFESTS + "absent", BLOBS + "sha256:1", "/v2/x"}) {
      HttpResponse<byte[]> response = bed(from).send("HEAD", path);
      assertEquals(bed(from).get(path).statusCode(), response.statusCode());
      assertEquals(0, response.body().length);
    }
  }

  @ParameterizedTest
  @EnumSource
  void headersWithoutEndEndTheConnectionAndNothingElse(From from) throws Exception {
    String line = "X-Long: " + "a".repeat(8000) + "\r\n";
    try (var socket = new Socket("127.0.0.1", bed(from).port())) {
      socket.getOutputStream().write("GET /v2/ HTTP/1.1\r\nHost: x\r\n".getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < 1000; i++) {
        socket.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
      }
      String answer = SpecBed.read(socket, 0);
      assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 4"), answer);
    } catch (IOException e) {
      // A reset connection is the other way to say no.
    }
    assertEquals(200, bed(from).get(MANIFESTS + "v1").statusCode());
  }

  /** The first bytes of TLS have no end of a line, so the server waits for it. */
  @ParameterizedTest
  @EnumSource
  void aClientThatTriesTlsFirstIsSentAwayWithinSeconds(From from) throws Exception {
    try (var socket = new Socket("127.0.0.1", bed(from).port())) {
      socket.getOutputStream().write(new byte[]{0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
      assertTimeout(Duration.ofSeconds(5), () -> assertEquals("", SpecBed.read(socket, 0)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRequestThatIsNoHttpIsRefused(From from) throws Exception {
    try (var socket = new Socket("127.0.0.1", bed(from).port())) {
      socket.getOutputStream()
          .write("GET /v2/%zz/manifests/v1 HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertTrue(SpecBed.read(socket, 0).startsWith("HTTP/1.1 400 "));
    }
  }
}
