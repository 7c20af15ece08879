package io.kuik.proxy;

import static io.kuik.proxy.SpecBed.NAME;
import static io.kuik.proxy.SpecBed.TAGS;
import static io.kuik.proxy.SpecBed.header;
import static io.kuik.proxy.SpecBed.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.proxy.SpecBed.From;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** OCI distribution spec 1.1, section "Content Discovery", "Listing Tags". */
class SpecContentDiscoveryIT extends SpecTests {
  private static String list(String... tags) {
    return "{\"name\":\"" + NAME + "\",\"tags\":["
        + String.join(",", List.of(tags).stream().map(t -> "\"" + t + "\"").toList()) + "]}\n";
  }

  @ParameterizedTest
  @EnumSource
  void tagsAreListedInLexicalOrderUnderTheNameThatWasAskedFor(From from) throws Exception {
    HttpResponse<byte[]> response = bed(from).get(TAGS);
    assertEquals("200 " + list("index", "v1", "v2"), response.statusCode() + " " + text(response));
    assertEquals("application/json", header(response, "Content-Type"));
    assertEquals("", header(response, "Link"));
  }

  @ParameterizedTest
  @EnumSource
  void aPageHasNoMoreThanTheNumberThatWasAskedFor(From from) throws Exception {
    assertEquals(list("index", "v1"), text(bed(from).get(TAGS + "?n=2")));
    assertEquals(list("index", "v1", "v2"), text(bed(from).get(TAGS + "?n=100")));
  }

  @ParameterizedTest
  @EnumSource
  void aPageOfNoneIsEmptyAndLeadsNowhere(From from) throws Exception {
    HttpResponse<byte[]> response = bed(from).get(TAGS + "?n=0");
    assertEquals("200 " + list() + " ''",
        response.statusCode() + " " + text(response) + " '" + header(response, "Link") + "'");
  }

  @ParameterizedTest
  @EnumSource
  void aPageBeginsAfterTheLastTag(From from) throws Exception {
    assertEquals(list("v1"), text(bed(from).get(TAGS + "?n=1&last=index")));
    assertEquals(list("v2"), text(bed(from).get(TAGS + "?last=v1&n=5")));
  }

  @ParameterizedTest
  @EnumSource
  void linksLeadThroughAllPagesAndThroughTheProxy(From from) throws Exception {
    var pages = new ArrayList<String>();
    String next = TAGS + "?n=1";
    while (!next.isEmpty()) {
      HttpResponse<byte[]> page = bed(from).get(next);
      pages.add(text(page));
      String link = header(page, "Link");
      assertTrue(link.isEmpty() || (link.startsWith("<" + TAGS + "?") && link.endsWith(">; rel=\"next\"")),
          link);
      next = link.isEmpty() ? "" : link.substring(1, link.indexOf('>'));
    }
    assertEquals(List.of(list("index"), list("v1"), list("v2")), pages.subList(0, 3));
    assertTrue(pages.size() == 3 || pages.equals(List.of(pages.get(0), pages.get(1), pages.get(2), list())),
        pages.toString());
  }

  @ParameterizedTest
  @EnumSource
  void linksOfAMirrorKeepItsNamespace(From from) throws Exception {
    String link = header(bed(from).get("/v2/library/spec/tags/list?n=1&ns=docker.io"), "Link");
    assertTrue(link.startsWith("</v2/library/spec/tags/list?") && link.contains("&ns=docker.io>"), link);
  }

  @ParameterizedTest
  @EnumSource
  void aRepositoryThatIsNotThereAnswers404(From from) throws Exception {
    assertEquals(404, bed(from).get("/v2/docker.io/library/absent/tags/list").statusCode());
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNobodysIsNotListed(From from) throws Exception {
    for (String path : List.of("/v2/_catalog", "/v2/private/" + NAME + "/tags/list",
        "/v2/ns__team__abc/" + NAME + "/tags/list")) {
      assertEquals(404, bed(from).get(path).statusCode(), path);
    }
  }
}
