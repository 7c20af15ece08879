package io.kuik.proxy;

import static io.kuik.proxy.SpecBed.ABSENT;
import static io.kuik.proxy.SpecBed.BLOBS;
import static io.kuik.proxy.SpecBed.MANIFESTS;
import static io.kuik.proxy.SpecBed.header;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kuik.proxy.SpecBed.From;
import java.net.http.HttpResponse;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** OCI distribution spec 1.1, "Pulling blobs", last paragraph: Range requests, by RFC 9110 section 14. */
class SpecRangesIT extends SpecTests {
  private HttpResponse<byte[]> part(From from, String... headers) throws Exception {
    return bed(from).get(BLOBS + bed(from).blob, headers);
  }

  private void part(From from, String range, int first, int last) throws Exception {
    HttpResponse<byte[]> response = part(from, "Range", range);
    assertEquals("206 bytes " + first + "-" + last + "/200000",
        response.statusCode() + " " + header(response, "Content-Range"), range);
    assertEquals(String.valueOf(last - first + 1), header(response, "Content-Length"), range);
    assertArrayEquals(Arrays.copyOfRange(bed(from).layer, first, last + 1), response.body(), range);
  }

  private void whole(From from, String... headers) throws Exception {
    HttpResponse<byte[]> response = part(from, headers);
    assertEquals(200, response.statusCode(), Arrays.toString(headers));
    assertEquals("", header(response, "Content-Range"));
    assertArrayEquals(bed(from).layer, response.body());
  }

  private void beyond(From from, String range) throws Exception {
    HttpResponse<byte[]> response = part(from, "Range", range);
    assertEquals("416 bytes */200000", response.statusCode() + " " + header(response, "Content-Range"),
        range);
  }

  @ParameterizedTest
  @EnumSource
  void supportIsAnnounced(From from) throws Exception {
    assertEquals("bytes", header(part(from), "Accept-Ranges"));
    assertEquals("bytes", header(bed(from).send("HEAD", BLOBS + bed(from).blob), "Accept-Ranges"));
  }

  @ParameterizedTest
  @EnumSource
  void aRangeOfBytesIsServed(From from) throws Exception {
    part(from, "bytes=0-0", 0, 0);
    part(from, "bytes=100-1999", 100, 1999);
    part(from, "bytes=199990-199999", 199_990, 199_999);
  }

  @ParameterizedTest
  @EnumSource
  void anOpenRangeGoesToTheEnd(From from) throws Exception {
    part(from, "bytes=0-", 0, 199_999);
    part(from, "bytes=199999-", 199_999, 199_999);
  }

  @ParameterizedTest
  @EnumSource
  void aSuffixRangeIsTheEnd(From from) throws Exception {
    part(from, "bytes=-17", 199_983, 199_999);
    part(from, "bytes=-300000", 0, 199_999);
  }

  @ParameterizedTest
  @EnumSource
  void aRangeThatEndsBeyondTheEndIsCut(From from) throws Exception {
    part(from, "bytes=199990-999999", 199_990, 199_999);
    part(from, "bytes=199990-99999999999999999999999", 199_990, 199_999);
  }

  @ParameterizedTest
  @EnumSource
  void aRangeThatBeginsBeyondTheEndAnswers416WithTheLength(From from) throws Exception {
    beyond(from, "bytes=200000-");
    beyond(from, "bytes=300000-300001");
    beyond(from, "bytes=99999999999999999999999-");
    beyond(from, "bytes=-0");
  }

  @ParameterizedTest
  @EnumSource
  void severalRangesAndThoseThatAreNoneAreTheWhole(From from) throws Exception {
    for (String range : new String[]{"bytes=0-1,3-4", "bytes=0-1, -1", "bytes=5-4", "bytes=-", "bytes=a-b",
        "bytes=", "items=0-1", "bytes=0-0" + ",0-0".repeat(1000)}) {
      whole(from, "Range", range);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPartOfOtherContentIsTheWhole(From from) throws Exception {
    String mine = "\"" + bed(from).blob + "\"";
    assertEquals(206, part(from, "Range", "bytes=5-9", "If-Range", mine).statusCode());
    for (String other : new String[]{"\"" + ABSENT + "\"", "W/" + mine, "Wed, 21 Oct 2015 07:28:00 GMT"}) {
      whole(from, "Range", "bytes=5-9", "If-Range", other);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHeadKnowsNoParts(From from) throws Exception {
    HttpResponse<byte[]> head = bed(from).send("HEAD", BLOBS + bed(from).blob, "Range", "bytes=0-0");
    assertEquals("200 200000", head.statusCode() + " " + header(head, "Content-Length"));
  }

  @ParameterizedTest
  @EnumSource
  void aManifestKnowsNoParts(From from) throws Exception {
    assertEquals(200, bed(from).get(MANIFESTS + "v1", "Range", "bytes=0-0").statusCode());
  }

  @ParameterizedTest
  @EnumSource
  void aPartOfNothingAnswers404(From from) throws Exception {
    assertEquals(404, bed(from).get(BLOBS + ABSENT, "Range", "bytes=0-0").statusCode());
  }
}
