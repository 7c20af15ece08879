package io.kuik.controller.arming;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which messages of container runtimes tell that there was no proxy. */
class LostWayTest {
  private final LostWay way = new LostWay(7439);

  /** Messages of containerd 1.6 and 2, of Docker, and of the library that CRI-O pulls with. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      dial tcp 127.0.0.1:7439: connect: connection refused  | failed to pull and unpack image "localhost:7439/docker.io/library/a:1": failed to resolve reference "localhost:7439/docker.io/library/a:1": failed to do request: Head "http://localhost:7439/v2/docker.io/library/a/manifests/1": dial tcp 127.0.0.1:7439: connect: connection refused
      dial tcp [::1]:7439: i/o timeout                      | failed to do request: Head "http://localhost:7439/v2/a/manifests/1": dial tcp [::1]:7439: i/o timeout
      dial tcp: lookup localhost: no such host              | failed to do request: Get "http://localhost:7439/v2/a/manifests/1": dial tcp: lookup localhost: no such host
      EOF                                                   | rpc error: code = Unknown desc = failed to do request: Head "https://localhost:7439/v2/a/manifests/1?ns=localhost%3A7439": EOF
      http: server gave HTTP response to HTTPS client       | pinging container registry localhost:7439: Get "https://localhost:7439/v2/": http: server gave HTTP response to HTTPS client
      read tcp 127.0.0.1:5->127.0.0.1:7439: read: connection reset by peer | Head "https://localhost:7439/v2/a/manifests/1": read tcp 127.0.0.1:5->127.0.0.1:7439: read: connection reset by peer
      x509: certificate signed by unknown authority         | Error response from daemon: Get "https://localhost:7439/v2/": x509: certificate signed by unknown authority
      dial tcp 127.0.0.1:7439: connect: connection refused  | Get http://localhost:7439/v2/: dial tcp 127.0.0.1:7439: connect: connection refused
      dial tcp 127.0.0.1:7439: connect: connection refused  | Back-off pulling image "x": ErrImagePull: Head "http://localhost:7439/v2/team/secret/manifests/1": dial tcp 127.0.0.1:7439: connect: connection refused, and "team/secret"
      """)
  void aRequestThatGotNoAnswer(String cause, String message) {
    assertEquals(Optional.of(cause), way.cause(message));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost:7439/docker.io/library/nginx:1: not found",
      "unexpected status from HEAD request to http://localhost:7439/v2/x: 404 Not Found",
      "failed to do request: Head \"http://localhost:7439/v2/a/manifests/1\": context deadline exceeded",
      "failed to do request: Head \"http://localhost:7449/v2/a\": dial tcp 127.0.0.1:7449: connection refused",
      "failed to do request: Head \"https://quay.io/v2/a\": dial tcp 1.2.3.4:443: connection refused",
      "failed to do request: Head \"http://localhost:7439/v2/a\": dial tcp 1.2.3.4:443: connection refused",
      "failed to copy: httpReadSeeker: unexpected EOF",
      "failed to copy: read tcp 127.0.0.1:5->127.0.0.1:7439: read: connection reset by peer"})
  void anAnswerAnotherPlaceOrABodyThatBrokeOffIsNone(String message) {
    assertEquals(Optional.empty(), way.cause(message));
  }

  /** What a registry of a tenant's own answers comes through the proxy. */
  @ParameterizedTest
  @ValueSource(strings = {"unexpected status code [manifests 1]: 502 Bad Gateway - Server message: unknown: ",
      "received unexpected HTTP status: 502 Bad Gateway: ", "StatusCode: 404, "})
  void whatWasAnsweredIsNotBelieved(String answered) {
    assertEquals(Optional.empty(), way.cause(answered
        + "Get \"http://localhost:7439/v2/a\": dial tcp 127.0.0.1:7439: connect: connection refused"));
  }
}
