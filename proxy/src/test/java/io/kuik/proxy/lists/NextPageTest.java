package io.kuik.proxy.lists;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kuik.model.ImageReference;
import io.kuik.proxy.request.Named;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Links to next pages as registries write them, and as we do. */
class NextPageTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"</v2/a/tags/list?last=b&n=2>; rel=\"next\" | last=b&n=2",
      "<https://quay.io/v2/a/tags/list?n=2&next_page=gAAA%3D%3D>; rel=\"next\" | n=2&next_page=gAAA%3D%3D",
      "<?n=2&last=b>; rel=next | n=2&last=b", "</v2/a/tags/list?n=1&ns=evil.io>;rel=\"next\" | n=1",
      "</a?x=1>; rel=\"prev\", </b?x=2>; title=\"y\"; rel=\"next\" | x=2",
      "</b?x=2>; REL=\"last next\" | x=2", "</b?x=2>; rel=\"prev\" | none", "</b?x=2> | none",
      "</b>; rel=\"next\" | none", "</b?>; rel=\"next\" | none", "<:?\\>; rel=\"next\" | none",
      "nonsense | none"})
  void areReadForTheirQueryAlone(String link, String query) {
    assertEquals(query, NextPage.query(List.of(link)).orElse("none"));
  }

  @Test
  void areNotReadWhenTheyAreEndless() {
    assertEquals(Optional.empty(),
        NextPage.query(List.of("</v2/a/tags/list?last=" + "a".repeat(3000) + ">; rel=\"next\"")));
    assertEquals(Optional.empty(), NextPage.query(List.of()));
  }

  @Test
  void leadThroughUs() {
    ImageReference image = ImageReference.parse("quay.io/a:any");
    assertEquals(Map.of("Link", "</v2/quay.io/a/tags/list?n=2>; rel=\"next\""),
        NextPage.header(new Named(image, "quay.io/a", Optional.empty()), "tags/list", Optional.of("n=2")));
    assertEquals(Map.of("Link", "</v2/a/tags/list?n=2&ns=quay.io%3A5000>; rel=\"next\""), NextPage
        .header(new Named(image, "a", Optional.of("quay.io:5000")), "tags/list", Optional.of("n=2")));
    assertEquals(Map.of(),
        NextPage.header(new Named(image, "a", Optional.empty()), "tags/list", Optional.empty()));
    assertEquals("n=2&last=a.b_c-d", NextPage.after("a.b_c-d", 2));
  }
}
