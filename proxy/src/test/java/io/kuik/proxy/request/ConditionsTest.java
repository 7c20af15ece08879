package io.kuik.proxy.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a client says that it has. */
class ConditionsTest {
  private static final Digest MINE = Digest.sha256("mine".getBytes(StandardCharsets.UTF_8));
  private static final Digest OTHER = Digest.sha256("other".getBytes(StandardCharsets.UTF_8));

  private static Conditions of(String header, String... values) {
    var headers = Map.of(header, List.of(values));
    return Conditions.of(name -> headers.getOrDefault(name, List.of()));
  }

  @Test
  void knowsContentByItsDigestHoweverItIsWritten() {
    for (String written : List.of("\"" + MINE + "\"", "W/\"" + MINE + "\"", MINE.toString(), "*",
        "\"" + OTHER + "\" , \"" + MINE + "\"")) {
      assertTrue(of("If-None-Match", written).has(MINE), written);
    }
    assertTrue(of("If-None-Match", "\"" + OTHER + "\"", "\"" + MINE + "\"").has(MINE));
    assertFalse(of("If-None-Match", "\"" + OTHER + "\"").has(MINE));
  }

  @Test
  void knowsNothingWithoutTheHeader() {
    Conditions none = of("X", "y");
    assertFalse(none.any());
    assertFalse(none.has(MINE));
    assertTrue(none.partOf(MINE));
  }

  @Test
  void readsNoEndlessHeader() {
    assertEquals(List.of(), of("If-None-Match", "a,".repeat(5000)).ifNoneMatch());
  }

  @Test
  void wantsAPartOfThatVeryContentOnly() {
    assertTrue(of("If-Range", "\"" + MINE + "\"").partOf(MINE));
    for (String written : List.of("\"" + OTHER + "\"", "W/\"" + MINE + "\"",
        "Wed, 21 Oct 2015 07:28:00 GMT")) {
      assertFalse(of("If-Range", written).partOf(MINE), written);
    }
  }
}
