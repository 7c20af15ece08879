package io.kuik.controller.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What a stranger's text becomes in a log line. */
class LogWordTest {
  @Test
  void aNameStaysAsItIs() {
    assertEquals("localhost:7439/docker.io/a/b:1@sha256:0",
        LogWord.of("localhost:7439/docker.io/a/b:1@sha256:0"));
  }

  @Test
  void noTextBeginsALineOfItsOwn() {
    assertEquals("nginx  INFO all is well", LogWord.of("nginx\r\nINFO all is well"));
    assertEquals("a b c d", LogWord.of("a\u2028b\u0085c\u001bd"));
    assertEquals("a b", LogWord.of("a\u202eb"));
  }

  @Test
  void aLongTextIsCut() {
    assertEquals("x".repeat(600) + "...", LogWord.of("x".repeat(1_000_000)));
  }
}
