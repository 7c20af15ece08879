package io.kuik.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which platforms of an index are wanted. */
class PlatformTest {
  @ParameterizedTest
  @CsvSource({"linux/amd64, linux/amd64, true", "linux/amd64, linux/arm64, false",
      "linux/arm64, linux/arm64/v8, true",
      "linux/arm64/v8, linux/arm64, true", "linux/arm/v7, linux/arm/v6, false",
      "linux/arm, linux/arm/v6, true",
      "linux/arm/v7, linux/arm, false", "windows/amd64, linux/amd64, false"})
  void coversWhatItNames(String wanted, String offered, boolean covered) {
    assertEquals(covered, Platform.parse(wanted).covers(Platform.parse(offered)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "linux", "linux/", "/amd64", "a/b/c/d"})
  void refusesOtherText(String text) {
    assertThrows(IllegalArgumentException.class, () -> Platform.parse(text));
  }
}
