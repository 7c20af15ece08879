package io.kuik.proxy.lists;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Pages of a list of all tags. */
class TagPageTest {
  private static final List<String> ALL = List.of("v3", "v1", "v2", "Latest", "kuik.sha256-12", "\"><");

  private static TagPage page(int most, String last) {
    return TagPage.of(ALL, most < 0 ? OptionalInt.empty() : OptionalInt.of(most),
        Optional.of(last).filter(l -> !l.isEmpty()));
  }

  @Test
  void areInLexicalOrderWithoutWhatNobodyCanPull() {
    assertEquals(new TagPage(List.of("Latest", "v1", "v2", "v3"), Optional.empty()), page(-1, ""));
  }

  @Test
  void goOnAfterTheLastTag() {
    assertEquals(new TagPage(List.of("Latest", "v1"), Optional.of("v1")), page(2, ""));
    assertEquals(new TagPage(List.of("v2", "v3"), Optional.empty()), page(2, "v1"));
    assertEquals(new TagPage(List.of("v2"), Optional.of("v2")), page(1, "v1.5"));
    assertEquals(new TagPage(List.of(), Optional.empty()), page(2, "v3"));
  }

  @Test
  void ofNoneLeadNowhere() {
    assertEquals(new TagPage(List.of(), Optional.empty()), page(0, ""));
  }

  @Test
  void areJson() {
    assertEquals("{\"name\":\"docker.io/library/nginx\",\"tags\":[\"v1\",\"v2\"]}\n",
        TagPage.json("docker.io/library/nginx", List.of("v1", "v2")));
    assertEquals("{\"name\":\"a\",\"tags\":[]}\n", TagPage.json("a", List.of()));
  }
}
