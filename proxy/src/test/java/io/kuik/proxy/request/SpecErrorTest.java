package io.kuik.proxy.request;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The error body of the spec. */
class SpecErrorTest {
  @Test
  void isJsonWhateverTheMessageHolds() {
    var error = new SpecError(502, "UNKNOWN", "a \"quoted\"\\ line\nand more \u00e9").and("the cache, too");
    assertEquals("{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":"
        + "\"a \\\"quoted\\\"\\\\ line\\u000aand more \\u00e9; the cache, too\"}]}\n", error.json());
  }
}
