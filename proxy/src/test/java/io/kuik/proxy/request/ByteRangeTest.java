package io.kuik.proxy.request;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Range headers, sensible and absurd. */
class ByteRangeTest {
  @ParameterizedTest
  @CsvSource({"bytes=0-0, bytes=0-0", "bytes=5-, bytes=5-", "bytes=-5, bytes=-5", "BYTES=1-2, bytes=1-2",
      "'bytes= 1-2 ', bytes=1-2", "bytes=007-010, bytes=7-10", "bytes=-0, bytes=999999999999999999-",
      "bytes=0-99999999999999999999999, bytes=0-999999999999999999",
      "bytes=99999999999999999999999-, bytes=999999999999999999-",
      "bytes=-99999999999999999999999, bytes=-999999999999999999"})
  void asksWithNumbersThatEveryRegistryReads(String header, String passed) {
    assertEquals(passed, ByteRange.of(header).orElse("the whole"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=0-1,3-4",
      "bytes=--5", "bytes=1-2-3", "lines=1-2", "bytes 1-2", "bytes=0x1-2", "bytes=\u0661-", "bytes=1.5-2"})
  void takesAnythingElseForTheWhole(String header) {
    assertEquals("the whole", ByteRange.of(header).orElse("the whole"));
  }

  @Test
  void readsNoHeaderThatWasMadeToBeLong() {
    assertEquals("the whole", ByteRange.of("bytes=" + "0".repeat(300) + "-").orElse("the whole"));
  }
}
