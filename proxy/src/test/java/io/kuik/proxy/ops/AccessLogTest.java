package io.kuik.proxy.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The log's form. */
class AccessLogTest {
  private static String line(String cut, String note) {
    return AccessLog.line(new PullReport("GET",
        new PullReport.Subject("manifest", "docker.io", "docker.io/library/nginx:1.27"), "cache", "none", 200,
        1234,
        Duration.ofMillis(3), "127.0.0.1", cut, note));
  }

  @Test
  void isOneLineOfKeysAndValues() {
    assertEquals("request method=GET image=docker.io/library/nginx:1.27 kind=manifest source=cache"
        + " status=200 bytes=1234 ms=3 client=127.0.0.1", line("", ""));
  }

  @Test
  void hasNothingThatOpensAnything() {
    assertEquals(line("", "") + " note=\"https://s3.example/x?*** said no\"",
        line("", "https://s3.example/x?X-Signature=abc said no"));
  }

  @Test
  void staysOneLineWhateverARegistrySays() {
    assertEquals(line("", "") + " cut=source_cut note=\"he said 'x'  request\"",
        line("source_cut", "he said \"x\"\r\nrequest"));
  }
}
