package io.kuik.proxy;

import static io.kuik.proxy.ProxyBed.CACHED;
import static io.kuik.proxy.ProxyBed.IMAGE;
import static io.kuik.proxy.ProxyBed.UPSTREAM;
import static io.kuik.proxy.ProxyBed.failing;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.Digest;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The page for people. */
class DebugTest extends OneProxy {
  private String page(String query) throws IOException, InterruptedException {
    return new String(bed.get("/debug" + query).body(), StandardCharsets.UTF_8);
  }

  @Test
  void saysWhatBothHaveOfAnImageAndWhatAPullWouldGet() throws Exception {
    Digest digest = bed.cache.putManifest(CACHED, "1.27", "{}");
    for (String name : new String[]{"nginx:1.27", "localhost:7439/docker.io/library/nginx:1.27"}) {
      String page = page("?image=" + name);
      assertTrue(page.startsWith("image      docker.io/library/nginx:1.27\n"
          + "rewritten  localhost:7439/docker.io/library/nginx:1.27\ncache      has it: " + digest + ", "),
          page);
      assertTrue(page.contains("\nupstream   has it not: docker.io answered: HEAD "), page);
      assertTrue(page.contains("\npull       served from the cache\n"), page);
    }
    assertTrue(bed.upstream.requests().stream().allMatch(r -> r.startsWith("HEAD ")));
  }

  @Test
  void saysWhyAPullWouldFail() throws Exception {
    bed.upstream.fault(failing(401));
    assertTrue(page("?image=nginx").contains("\npull       HTTP 401: docker.io answered: "),
        page("?image=nginx"));
    assertTrue(page("?image=UPPER/x").startsWith("image      no name of an image: "), page("?image=UPPER/x"));
  }

  @Test
  void showsRegistriesAndErrorsButNoneOfItsOwn() throws Exception {
    assertTrue(page("").contains("last success: cache never, upstream never"), page(""));
    assertTrue(page("?image=nginx").contains("\nlast errors: none\n"));
    bed.upstream.putManifest(UPSTREAM, "1.27", "{}");
    bed.get(IMAGE + "manifests/1.27");
    bed.get(IMAGE + "manifests/absent");
    bed.metrics();
    String page = page("");
    assertTrue(page.contains("image=docker.io/library/nginx:absent "), page);
    assertTrue(page.contains("last success: cache never, upstream 0"), page);
    assertTrue(page.contains("\ndocker.io ") && page.contains("\ncache "), page);
    assertFalse(page.contains(ProxyBed.PASSWORD), page);
  }

  @Test
  void isNotOnTheNodesAddress() throws Exception {
    assertEquals(404, bed.ops("/debug").statusCode());
    assertEquals(404, bed.get("/debug/x").statusCode());
    assertFalse(bed.metrics().contains("kind=\"invalid\",source=\"cache\""));
  }

  @Test
  void isNotForWebPagesThatPretendToBeThisMachine() throws Exception {
    try (var socket = new Socket("127.0.0.1", bed.proxy.port())) {
      socket.getOutputStream().write(
          "GET /debug HTTP/1.1\r\nHost: evil.example:7439\r\nConnection: close\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
    }
  }
}
