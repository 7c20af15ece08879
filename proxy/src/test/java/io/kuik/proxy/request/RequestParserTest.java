package io.kuik.proxy.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.kuik.proxy.request.PullRequest.BlobRead;
import io.kuik.proxy.request.PullRequest.CanaryRead;
import io.kuik.proxy.request.PullRequest.Invalid;
import io.kuik.proxy.request.PullRequest.ManifestRead;
import io.kuik.proxy.request.PullRequest.Ping;
import io.kuik.proxy.request.PullRequest.ReferrersRead;
import io.kuik.proxy.request.PullRequest.TagsRead;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form of request line that we know, and what becomes of those that we don't. */
class RequestParserTest {
  private static final String HEX = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private final RequestParser parser = new RequestParser(7439);

  private PullRequest parse(String method, String path) {
    return parser.parse(method, URI.create(path.replace("$D", "sha256:" + HEX)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2/", "/v2"})
  void answersWhetherItIsARegistry(String path) {
    assertInstanceOf(Ping.class, parse("GET", path));
    assertInstanceOf(Ping.class, parse("HEAD", path));
  }

  @ParameterizedTest
  @CsvSource({"/v2/docker.io/library/nginx/manifests/1.27, docker.io/library/nginx:1.27",
      "/v2/quay.io/a/b/c/manifests/latest, quay.io/a/b/c:latest",
      "/v2/host__5000/a/manifests/v1, host:5000/a:v1",
      "/v2/docker.io/library/nginx/manifests/$D, docker.io/library/nginx@$D",
      "/v2/docker.io/library/nginx/manifests/sha256%3A$H, docker.io/library/nginx@$D",
      "/v2/ghcr.io/a/manifests/b/manifests/v1, ghcr.io/a/manifests/b:v1",
      "/v2/ghcr.io/a/blobs/manifests/v1, ghcr.io/a/blobs:v1"})
  void readsManifests(String path, String image) {
    var read = assertInstanceOf(ManifestRead.class, parse("GET", path.replace("$H", HEX)));
    assertEquals(image.replace("$D", "sha256:" + HEX), read.image().canonical());
  }

  @ParameterizedTest
  @CsvSource({"nginx, docker.io/library/nginx", "library/nginx, docker.io/library/nginx",
      "docker.io/nginx, docker.io/library/nginx", "bitnami/redis, docker.io/bitnami/redis",
      "index.docker.io/bitnami/redis, docker.io/bitnami/redis", "10.0.0.5-5000/a, 10.0.0.5:5000/a"})
  void readsNamesThatThePredecessorWrote(String name, String image) {
    var read = assertInstanceOf(ManifestRead.class, parse("GET", "/v2/" + name + "/manifests/v1"));
    assertEquals(image + ":v1", read.image().canonical());
    var own = parse("GET", "/v2/" + image.replace(":", "__") + "/manifests/v1?ns=localhost%3A7439");
    assertEquals(own, read);
    assertEquals(own, parse("GET", "/v2/" + name + "/manifests/v1?ns=localhost%3A7439"));
    var blob = assertInstanceOf(BlobRead.class, parse("GET", "/v2/" + name + "/blobs/$D"));
    assertEquals(image, blob.image().name());
    var tags = assertInstanceOf(TagsRead.class, parse("GET", "/v2/" + name + "/tags/list"));
    assertEquals(image, tags.of().image().name());
    assertEquals("/v2/" + name + "/tags/list?n=1", tags.of().address("tags/list", "n=1"));
  }

  @Test
  void readsBlobs() {
    var read = assertInstanceOf(BlobRead.class, parse("GET", "/v2/host__5000/a/manifests/blobs/$D"));
    assertEquals("host:5000/a/manifests", read.image().name());
    assertEquals("sha256:" + HEX, read.digest().toString());
  }

  @ParameterizedTest
  @CsvSource({"/v2/library/nginx/manifests/1.27?ns=docker.io, docker.io/library/nginx:1.27",
      "/v2/a/b/manifests/v1?ns=host%3A5000, host:5000/a/b:v1",
      "/v2/a/b/manifests/v1?x=y&ns=quay.io, quay.io/a/b:v1",
      "/v2/private/b/manifests/v1?ns=quay.io, quay.io/private/b:v1",
      "/v2/quay.io/a/b/manifests/v1?ns=localhost%3A7439, quay.io/a/b:v1"})
  void takesTheRegistryOfAMirrorRequest(String path, String image) {
    assertEquals(image, assertInstanceOf(ManifestRead.class, parse("GET", path)).image().canonical());
  }

  @ParameterizedTest
  @CsvSource({"/, 404, UNSUPPORTED", "/v1/, 404, UNSUPPORTED", "/v2x, 404, UNSUPPORTED",
      "/v2/_catalog, 404, UNSUPPORTED", "/v2/quay.io/a/tags, 404, UNSUPPORTED",
      "/v2/tags/list, 404, UNSUPPORTED", "/v2/private/quay.io/a/tags/list, 404, NAME_UNKNOWN",
      "/v2/private/quay.io/a/referrers/$D, 404, NAME_UNKNOWN", "/v2/quay.io/A/tags/list, 400, NAME_INVALID",
      "/v2/quay.io/a/tags/list?n=-1, 400, PAGINATION_NUMBER_INVALID",
      "/v2/quay.io/a/tags/list?n=ten, 400, PAGINATION_NUMBER_INVALID",
      "/v2/quay.io/a/referrers/sha256:12, 400, DIGEST_INVALID",
      "/v2/quay.io/a/referrers/v1, 400, DIGEST_INVALID",
      "/v2/quay.io/a/manifests/, 404, UNSUPPORTED", "/v2/quay.io/a/manifests/b/c, 404, UNSUPPORTED",
      "/v2//manifests/v1, 404, UNSUPPORTED", "/v2/manifests/v1, 404, UNSUPPORTED",
      "/v2/quay.io/A/manifests/v1, 400, NAME_INVALID", "/v2/quay.io/../x/manifests/v1, 400, NAME_INVALID",
      "/v2/quay.io/%2e%2e/x/manifests/v1, 400, NAME_INVALID",
      "/v2/quay.io/a%0d%0aX:%20y/manifests/v1, 400, NAME_INVALID",
      "/v2/quay.io//a/manifests/v1, 400, NAME_INVALID", "/v2/-a.io/b/manifests/v1, 400, NAME_INVALID",
      "/v2/docker.io/manifests/v1, 404, NAME_UNKNOWN", "/v2/host-5000/a/manifests/v1, 404, NAME_UNKNOWN",
      "/v2/host-5000/a/tags/list, 404, NAME_UNKNOWN", "/v2/host__99999/a/manifests/v1, 404, NAME_UNKNOWN",
      "/v2/kuik-canary/other/manifests/v1, 404, NAME_UNKNOWN",
      "/v2/kuik-canary/probe/tags/list, 404, NAME_UNKNOWN",
      "/v2/private/quay.io/a/manifests/v1, 404, NAME_UNKNOWN",
      "/v2/private/quay.io/a/blobs/$D, 404, NAME_UNKNOWN",
      "/v2/ns__team__0123/quay.io/a/manifests/v1, 404, NAME_UNKNOWN",
      "/v2/ns__team__12345/quay.io/a/manifests/v1, 404, NAME_UNKNOWN",
      "/v2/quay.io/a/manifests/-x, 400, TAG_INVALID",
      "/v2/quay.io/a/manifests/kuik.sha256-abc, 400, TAG_INVALID",
      "/v2/quay.io/a/manifests/a%20b, 400, TAG_INVALID",
      "/v2/quay.io/a/manifests/sha256:12, 400, DIGEST_INVALID",
      "/v2/quay.io/a/manifests/md5:abc, 400, DIGEST_INVALID", "/v2/quay.io/a/blobs/v1, 400, DIGEST_INVALID",
      "/v2/quay.io/a/blobs/sha512:abc, 400, DIGEST_INVALID", "/v2/a/manifests/v1?ns=, 400, NAME_INVALID",
      "/v2/a/manifests/v1?ns=private, 400, NAME_INVALID", "/v2/a/manifests/v1?ns=a.io/b, 400, NAME_INVALID",
      "/v2/a/manifests/v1?ns=u%40a.io, 400, NAME_INVALID"})
  void refusesWhatIsNoReadOfAnImage(String path, int status, String code) {
    SpecError error = assertInstanceOf(Invalid.class, parse("GET", path)).error();
    assertEquals(status + " " + code, error.status() + " " + error.code());
  }

  @Test
  void theImageOfTheProxysOwnIsNoUpstreams() {
    assertEquals(new CanaryRead(false, "1"), parse("GET", "/v2/kuik-canary/probe/manifests/1"));
    assertEquals(new CanaryRead(true, "sha256:" + HEX), parse("GET", "/v2/kuik-canary/probe/blobs/$D"));
    assertEquals(new CanaryRead(false, "1"),
        parse("GET", "/v2/kuik-canary/probe/manifests/1?ns=localhost%3A7439"));
    var mirrored = assertInstanceOf(ManifestRead.class,
        parse("GET", "/v2/kuik-canary/probe/manifests/1?ns=docker.io"));
    assertEquals("docker.io/kuik-canary/probe:1", mirrored.image().canonical());
  }

  @Test
  void readsListsOfTags() {
    var all = assertInstanceOf(TagsRead.class, parse("GET", "/v2/quay.io/a/tags/list"));
    assertEquals("quay.io/a, OptionalInt.empty, ''",
        all.of().image().name() + ", " + all.most() + ", '" + all.query() + "'");
    var page = assertInstanceOf(TagsRead.class,
        parse("GET", "/v2/a/tags/list?n=2&ns=quay.io&last=v%201&token=x"));
    assertEquals("quay.io/a, OptionalInt[2], Optional[v 1], n=2&last=v%201&token=x", page.of().image().name()
        + ", " + page.most() + ", " + page.last() + ", " + page.query());
    assertEquals("/v2/a/tags/list?n=2&ns=quay.io", page.of().address("tags/list", "n=2"));
    assertEquals("/v2/quay.io/a/tags/list", all.of().address("tags/list", ""));
  }

  @Test
  void readsQuestionsForReferrers() {
    var read = assertInstanceOf(ReferrersRead.class,
        parse("GET", "/v2/host__5000/a/referrers/$D?artifactType=application%2Fx"));
    assertEquals("host:5000/a, sha256:" + HEX + ", artifactType=application%2Fx",
        read.of().image().name() + ", " + read.subject() + ", " + read.query());
  }

  @Test
  void limitsTheLengthOfQueries() {
    String path = "/v2/quay.io/a/tags/list?last=";
    assertInstanceOf(TagsRead.class, parse("GET", path + "a".repeat(2000)));
    assertInstanceOf(Invalid.class, parse("GET", path + "a".repeat(2100)));
    assertInstanceOf(Invalid.class, parse("GET", path + "\u00e9"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
  void onlyReads(String method) {
    for (String path : new String[]{"/v2/", "/v2/quay.io/a/blobs/uploads/", "/v2/quay.io/a/manifests/v1"}) {
      assertEquals(405, assertInstanceOf(Invalid.class, parse(method, path)).error().status());
    }
  }

  @Test
  void limitsTheLengthOfNames() {
    String name = "quay.io/" + "a".repeat(248);
    assertInstanceOf(Invalid.class, parse("GET", "/v2/" + name + "/manifests/v1"));
    assertInstanceOf(ManifestRead.class, parse("GET", "/v2/" + name.substring(1, 254) + "/manifests/v1"));
  }
}
