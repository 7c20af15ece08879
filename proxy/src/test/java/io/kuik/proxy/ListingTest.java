package io.kuik.proxy;

import static io.kuik.proxy.ProxyBed.CACHED;
import static io.kuik.proxy.ProxyBed.IMAGE;
import static io.kuik.proxy.ProxyBed.UPSTREAM;
import static io.kuik.proxy.ProxyBed.failing;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import io.kuik.registry.FakeRegistry;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of tags and of referrers, from registries that pull every string that registries pull. */
class ListingTest extends OneProxy {
  private static final String TAGS = IMAGE + "tags/list";
  private static final String INDEX = "{\"schemaVersion\":2, \"manifests\":[ ]}";
  private static final Digest SUBJECT = Digest.sha256(new byte[0]);
  private static final String TAG = "sha256-" + SUBJECT.hex();
  private static final String NONE = "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\""
      + ",\"manifests\":[]}\n";

  private static FakeRegistry.Fault list(String json, String... headers) {
    return x -> {
      String path = x.getRequestURI().getPath();
      return (path.endsWith("/tags/list") || path.contains("/referrers/"))
          && sent(x, path.contains("/referrers/") ? ManifestType.OCI_INDEX : "application/json", json,
              headers);
    };
  }

  private static boolean sent(HttpExchange x, String type, String body, String... headers)
      throws IOException {
    for (int i = 0; i < headers.length; i += 2) {
      x.getResponseHeaders().add(headers[i], headers[i + 1]);
    }
    FakeRegistry.answer(x, 200, type, body.getBytes(StandardCharsets.UTF_8));
    return true;
  }

  private static String text(HttpResponse<byte[]> response) {
    return response.statusCode() + " " + new String(response.body(), StandardCharsets.UTF_8);
  }

  private static String link(HttpResponse<byte[]> response) {
    return response.headers().firstValue("Link").orElse("none");
  }

  @Test
  void tagsAreTheUpstreamsUnderOurName() throws Exception {
    bed.upstream.fault(list("{\"name\":\"library/nginx\",\"more\":{\"x\":[1]},\"tags\":[\"1\",\"2\"]}"));
    bed.cache.fault(list("{\"name\":\"x\",\"tags\":[\"old\"]}"));
    HttpResponse<byte[]> response = bed.get(TAGS);
    assertEquals("200 {\"name\":\"docker.io/library/nginx\",\"tags\":[\"1\",\"2\"]}\n", text(response));
    assertEquals("application/json", response.headers().firstValue("Content-Type").orElse(""));
    assertEquals("none", link(response));
    assertEquals(response.headers().firstValue("Content-Length"),
        bed.send("HEAD", TAGS).headers().firstValue("Content-Length"));
    assertEquals(List.of(), bed.cache.requests());
  }

  @Test
  void pagesLeadThroughTheProxy() throws Exception {
    var asked = new CopyOnWriteArrayList<String>();
    bed.upstream.fault(x -> {
      asked.add(String.valueOf(x.getRequestURI()));
      return list("{\"tags\":[\"1\"]}", "Link",
          "<https://registry-1.docker.io/v2/library/nginx/tags/list?n=1&token=a%2Bb>; rel=\"next\"")
          .answer(x);
    });
    String first = link(bed.get("/v2/library/nginx/tags/list?ns=docker.io&n=1"));
    assertEquals("</v2/library/nginx/tags/list?n=1&token=a%2Bb&ns=docker.io>; rel=\"next\"", first);
    bed.get(first.substring(1, first.indexOf('>')));
    assertEquals(List.of("/v2/library/nginx/tags/list?n=1", "/v2/library/nginx/tags/list?n=1&token=a%2Bb"),
        asked);
  }

  @Test
  void pagesAreCutForRegistriesThatKnowNone() throws Exception {
    bed.upstream.fault(list("{\"tags\":[\"b\",\"c\",\"a\"]}"));
    HttpResponse<byte[]> first = bed.get(TAGS + "?n=2");
    assertEquals("200 {\"name\":\"docker.io/library/nginx\",\"tags\":[\"a\",\"b\"]}\n", text(first));
    assertEquals("<" + TAGS + "?n=2&last=b>; rel=\"next\"", link(first));
    HttpResponse<byte[]> second = bed.get(TAGS + "?n=2&last=b");
    assertEquals("200 {\"name\":\"docker.io/library/nginx\",\"tags\":[\"c\"]}\n", text(second));
    assertEquals("none", link(second));
    assertEquals("none", link(bed.get(TAGS + "?n=0")));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 429, 500})
  void tagsInTheCacheStandIn(int status) throws Exception {
    bed.upstream.fault(failing(status));
    bed.cache.fault(list("{\"tags\":[\"v2\",\"kuik.sha256-12\",\"v1\"]}"));
    HttpResponse<byte[]> response = bed.get(TAGS + "?n=1");
    assertEquals("200 {\"name\":\"docker.io/library/nginx\",\"tags\":[\"v1\"]}\n", text(response));
    assertEquals("<" + TAGS + "?n=1&last=v1>; rel=\"next\"", link(response));
    assertEquals(List.of("GET /v2/" + CACHED + "/tags/list"), bed.cache.requests());
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 429})
  void theUpstreamsErrorStaysWhatItIsWhenTheCacheHasNone(int status) throws Exception {
    bed.upstream.fault(failing(status));
    bed.cache.fault(list("{\"tags\":null}"));
    assertTrue(text(bed.get(TAGS)).startsWith(status + " {\"errors\":[{"), text(bed.get(TAGS)));
    bed.cache.close();
    String text = text(bed.get(TAGS + "?last=secret"));
    assertTrue(text.startsWith(status + " ") && text.contains("GET ") && text.contains("/tags/list: HTTP"),
        text);
    assertFalse(text.contains("secret"), text);
  }

  @Test
  void aListThatIsNoneIsAnError() throws Exception {
    bed.upstream.fault(list("<html>"));
    assertTrue(text(bed.get(TAGS)).startsWith("502 "), text(bed.get(TAGS)));
    bed.upstream.fault(list("{\"tags\":[\"" + "a".repeat(5 << 20) + "\"]}"));
    assertTrue(text(bed.get(TAGS)).startsWith("502 "));
  }

  @Test
  void referrersAreTheUpstreamsWithItsFilters() throws Exception {
    var asked = new CopyOnWriteArrayList<String>();
    bed.upstream.fault(x -> {
      asked.add(String.valueOf(x.getRequestURI()));
      return list(INDEX, "OCI-Filters-Applied", "artifactType", "Link",
          "<https://elsewhere.io/v2/x/referrers/y?page=2>; rel=\"next\"").answer(x);
    });
    String path = "referrers/" + SUBJECT;
    HttpResponse<byte[]> response = bed.get(IMAGE + path + "?artifactType=a%2Fb");
    assertEquals("200 " + INDEX, text(response));
    assertEquals(List.of("/v2/" + UPSTREAM + "/" + path + "?artifactType=a%2Fb"), asked);
    assertEquals(ManifestType.OCI_INDEX, response.headers().firstValue("Content-Type").orElse(""));
    assertEquals("artifactType", response.headers().firstValue("OCI-Filters-Applied").orElse(""));
    assertEquals("<" + IMAGE + path + "?page=2>; rel=\"next\"", link(response));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 405})
  void referrersAreFoundByTheirTagWhereThereIsNoApi(int status) throws Exception {
    bed.upstream.putManifest(UPSTREAM, TAG, INDEX, ManifestType.OCI_INDEX);
    bed.upstream
        .fault(x -> x.getRequestURI().getPath().contains("/referrers/") && failing(status).answer(x));
    HttpResponse<byte[]> response = bed.get(IMAGE + "referrers/" + SUBJECT + "?artifactType=a");
    assertEquals("200 " + INDEX, text(response));
    assertTrue(response.headers().firstValue("OCI-Filters-Applied").isEmpty());
  }

  @Test
  void referrersAreFoundByTheirTagWhereTheApiAnswersAWebPage() throws Exception {
    bed.upstream.putManifest(UPSTREAM, TAG, INDEX, ManifestType.OCI_INDEX);
    bed.upstream.fault(
        x -> x.getRequestURI().getPath().contains("/referrers/") && sent(x, "text/html", "<html>"));
    assertEquals("200 " + INDEX, text(bed.get(IMAGE + "referrers/" + SUBJECT)));
  }

  @Test
  void referrersAreThoseOfTheCacheWhenTheUpstreamIsAwayOrHasLostThem() throws Exception {
    bed.cache.putManifest(CACHED, TAG, INDEX, ManifestType.OCI_INDEX);
    assertEquals("200 " + INDEX, text(bed.get(IMAGE + "referrers/" + SUBJECT)));
    bed.upstream.close();
    assertEquals("200 " + INDEX, text(bed.get(IMAGE + "referrers/" + SUBJECT)));
  }

  @Test
  void noReferrersAreAnEmptyListButOnlyIfThatIsKnown() throws Exception {
    HttpResponse<byte[]> none = bed.get(IMAGE + "referrers/" + SUBJECT);
    assertEquals("200 " + NONE, text(none));
    assertEquals(ManifestType.OCI_INDEX, none.headers().firstValue("Content-Type").orElse(""));
    bed.upstream.fault(failing(503));
    assertTrue(text(bed.get(IMAGE + "referrers/" + SUBJECT)).startsWith("503 "));
    bed.upstream.close();
    assertTrue(text(bed.get(IMAGE + "referrers/" + SUBJECT)).startsWith("502 "));
  }

  @Test
  void tagsOfSignaturesAreAskedForLikeThoseThatMove() throws Exception {
    bed.cache.putManifest(CACHED, TAG + ".sig", "{}");
    bed.upstream.putManifest(UPSTREAM, TAG + ".sig", "{\"newer\": 1}");
    assertEquals("200 {\"newer\": 1}", text(bed.get(IMAGE + "manifests/" + TAG + ".sig")));
    bed.upstream.close();
    bed.cache.putManifest(CACHED, TAG + ".att", "{}");
    assertEquals("200 {}", text(bed.get(IMAGE + "manifests/" + TAG + ".att")));
  }
}
