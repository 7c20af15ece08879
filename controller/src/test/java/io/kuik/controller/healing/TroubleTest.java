package io.kuik.controller.healing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kuik.controller.pod.WaitingContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What container runtimes' messages mean. */
class TroubleTest {
  private static final String IMAGE = "localhost:7439/docker.io/library/nginx:1.27";

  private static Trouble of(String reason, String message, String image) {
    return Trouble.of(new WaitingContainer("c", false, 0, reason, message), image);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      NO_ANSWER    | failed to do request: Head "http://localhost:7439/v2/x": dial tcp 127.0.0.1:7439: connect: connection refused
      NO_ANSWER    | failed to do request: Head "http://localhost:7439/v2/x": dial tcp [::1]:7439: i/o timeout
      NO_ANSWER    | failed to do request: Head "http://localhost:7439/v2/x": EOF
      NO_ANSWER    | read tcp 127.0.0.1:5->127.0.0.1:7439: read: connection reset by peer
      NO_ANSWER    | pinging container registry localhost:7439: Get "https://localhost:7439/v2/": http: server gave HTTP response to HTTPS client
      NOT_SERVED   | failed to resolve reference "x": localhost:7439/docker.io/library/nginx:1.27: not found
      NOT_SERVED   | pull access denied, repository does not exist or may require authorization: server message: insufficient_scope
      NOT_SERVED   | unexpected status from HEAD request to http://localhost:7439/v2/x: 403 Forbidden
      NOT_SERVED   | unexpected status code [manifests 1.27]: 401 Unauthorized
      RATE_LIMITED | unexpected status code [manifests 1.27]: 429 Too Many Requests
      RATE_LIMITED | toomanyrequests: You have reached your pull rate limit
      UNKNOWN      | unexpected status code [manifests 1.27]: 502 Bad Gateway - Server message: unknown: dial tcp: connection refused
      UNKNOWN      | failed to copy: httpReadSeeker: failed open: context deadline exceeded
      UNKNOWN      | Back-off pulling image "localhost:7439/docker.io/library/nginx:1.27"
      UNKNOWN      | ``
      NODE         | pull QPS exceeded
      NODE         | failed to extract layer sha256:0: write /a: no space left on device
      NODE         | no match for platform in manifest: not found
      """)
  void theRuntimesWordsTellWhoseFaultItIs(Trouble trouble, String message) {
    assertEquals(trouble, of("ErrImagePull", message, IMAGE));
  }

  @Test
  void wordsInTheImagesOwnNameDoNotCount() {
    String image = "localhost:7439/docker.io/library/access-denied-forbidden:unauthorized";
    assertEquals(Trouble.UNKNOWN, of("ImagePullBackOff",
        "Back-off pulling image \"" + image + "\": ErrImagePull: failed to do request: Head"
            + " \"http://localhost:7439/v2/docker.io/library/access-denied-forbidden/manifests/1\": timeout",
        image));
  }

  @Test
  void aNameThatTheKubeletDoesNotTakeNeedsNoWords() {
    assertEquals(Trouble.INVALID_NAME, of("InvalidImageName", "", IMAGE));
  }
}
