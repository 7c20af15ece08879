package io.kuik.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which images run where, and which of them best. */
class PlatformTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      // wanted | what runs there, the best first, out of what is offered
      "linux/amd64 | linux/amd64 linux/amd64/v2 linux/amd64/v3 linux/386",
      "linux/amd64/v3 | linux/amd64/v3 linux/amd64/v2 linux/amd64 linux/386",
      "linux/amd64/v2 | linux/amd64/v2 linux/amd64 linux/386",
      "linux/arm/v7 | linux/arm/v7 linux/arm/v6 linux/arm/v5", "linux/arm/v6 | linux/arm/v6 linux/arm/v5",
      "linux/arm | linux/arm/v5 linux/arm/v6 linux/arm/v7",
      "linux/arm64 | linux/arm64 linux/arm/v7 linux/arm/v6 linux/arm/v5",
      "linux/arm64/v8 | linux/arm64 linux/arm/v7 linux/arm/v6 linux/arm/v5", "linux/386 | linux/386",
      "linux/riscv64/rva22 | linux/riscv64/rva22",
      "windows(10.0.20348)/amd64 | windows(10.0.20348.2113)/amd64 windows(10.0.17763.1)/amd64",
      "windows/amd64 | windows(10.0.17763.1)/amd64 windows(10.0.20348.2113)/amd64", "linux/s390x | ''"})
  void tellsWhatRunsBest(String wanted, String best) {
    String offered = "linux/amd64 linux/amd64/v2 linux/amd64/v3 linux/386 linux/arm64 linux/arm/v5"
        + " linux/arm/v6 linux/arm/v7 linux/riscv64/rva22 windows(10.0.17763.1)/amd64"
        + " windows(10.0.20348.2113)/amd64";
    Platform here = Platform.parse(wanted);
    assertEquals(best,
        Arrays.stream(offered.split(" ")).map(Platform::parse).filter(p -> here.distance(p).isPresent())
            .sorted(Comparator.comparingInt(p -> here.distance(p).orElseThrow())).map(Platform::toString)
            .collect(Collectors.joining(" ")));
  }

  @ParameterizedTest
  @CsvSource({"linux/arm64/v8, linux/arm64", "linux/amd64/v1, linux/amd64", "linux/arm/v7, linux/arm/v7",
      "' windows(10.0.20348)/amd64 ', windows(10.0.20348)/amd64", "all, all"})
  void hasOneSpelling(String text, String spelling) {
    assertEquals(spelling, Platform.parse(text).toString());
    assertEquals(Platform.parse(text), Platform.parse(spelling));
  }

  @ParameterizedTest
  @CsvSource({"linux/arm/v7, linux/arm, 0", "linux/arm/v6, linux/arm, -1", "all, plan9/mips, 0",
      "linux/arm64/v9, linux/arm64, 100", "linux/arm64/v8.2, linux/arm64, 2"})
  void knowsTheVariantThatIsMeantWhereNoneIsSaid(String wanted, String offered, int distance) {
    assertEquals(distance, Platform.parse(wanted).distance(Platform.parse(offered)).orElse(-1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "linux", "linux/", "/amd64", "a/b/c/d", "windows()/amd64", "any"})
  void refusesOtherText(String text) {
    assertThrows(IllegalArgumentException.class, () -> Platform.parse(text));
  }
}
