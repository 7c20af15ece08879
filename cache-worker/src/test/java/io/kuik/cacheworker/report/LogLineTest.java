package io.kuik.cacheworker.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The two forms of a line, and what is in none of them. */
class LogLineTest {
  private static LogLine line(String pattern, String... values) {
    return LogLine.of(Instant.parse("2026-01-02T03:04:05.678901Z"), "INFO", pattern, List.of(values),
        Optional.empty());
  }

  @Test
  void isReadByPeopleAndByPrograms() {
    LogLine line = line("layer copied digest={} place={}:{} in={}s reason={}", "sha256:ab", "a/b", "v1", "3",
        "it said \"no\"");
    assertEquals("2026-01-02T03:04:05.678Z INFO layer copied digest=sha256:ab place=a/b:v1 in=3s"
        + " reason=\"it said \\\"no\\\"\"", line.text());
    assertEquals("{\"time\":\"2026-01-02T03:04:05.678Z\",\"level\":\"INFO\",\"message\":\"layer copied\","
        + "\"digest\":\"sha256:ab\",\"place\":\"a/b:v1\",\"in\":\"3s\",\"reason\":\"it said \\\"no\\\"\"}",
        line.json());
  }

  @Test
  void staysOneLineAndWhole() {
    assertTrue(line("failed reason={}", "a\nb\r{}").text().endsWith("reason=\"a\\nb\\r{}\""));
    assertTrue(line("said {} and {}", "this", "{}").text().endsWith("INFO said this and {}"));
    assertTrue(line("too few {} a={}", "x").text().endsWith("INFO too few x a={}"));
    assertTrue(line("too many", "x").text().endsWith("INFO too many"));
    assertTrue(
        line("failed message={}", "why").json().endsWith("\"message\":\"failed\",\"message_\":\"why\"}"));
  }

  @Test
  void bringsTheTraceOfAnError() {
    LogLine line = LogLine.of(Instant.EPOCH, "ERROR", "unexpected", List.of(),
        Optional.of(new IllegalStateException("at https://h/p?sig=abc")));
    assertTrue(line.text().contains("IllegalStateException: at https://h/p?***\n"), line.text());
    assertTrue(line.json().contains("\"error\":\"java.lang.IllegalStateException"), line.json());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "GET https://s3.example/x?X-Amz-Signature=abc&y=1 failed | GET https://s3.example/x?*** failed",
      "(https://h/p?sig=a) | (https://h/p?***)", "http://user:secret@h/p | http://***@h/p",
      "Authorization: Bearer eyJhbGciOi.J9x-_ | Authorization: Bearer ***",
      "Basic a3VpazpiYXR0ZXJ5 | Basic ***", "basic authentication | basic authentication",
      "is this right? yes | is this right? yes", "a@b.c/d | a@b.c/d",
      "registry.example/a/b:c@sha256:abc | registry.example/a/b:c@sha256:abc"})
  void hidesWhatOpensSomething(String text, String shown) {
    assertEquals(shown, Redaction.of(text));
    assertEquals(shown, line("{}", text).message());
    assertTrue(line("x a={}", text).json().contains(shown.replace("\"", "\\\"")));
  }

  @Test
  void librariesAreHeardFromWarningsOn() {
    assertInstanceOf(LineLogger.class, LoggerFactory.getLogger("org.apache.http.wire"));
    assertFalse(new LineLogger("org.apache.http.wire").isInfoEnabled());
  }

  @ParameterizedTest
  @ValueSource(strings = {"error", "WARN", "info", "Debug", "trace"})
  void knowsSlf4jsLevels(String name) {
    assertEquals(Level.valueOf(name.toUpperCase(java.util.Locale.ROOT)).toInt(), LogSettings.level(name));
    assertTrue(LogSettings.level("off") > Level.ERROR.toInt());
    assertEquals(Level.INFO.toInt(), LogSettings.level("nonsense"));
  }
}
