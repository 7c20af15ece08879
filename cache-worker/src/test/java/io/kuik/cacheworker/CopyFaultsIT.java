package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.registry.FakeRegistry;
import io.kuik.registry.RealRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What goes wrong at either end, and how the worker ends then. */
class CopyFaultsIT extends CopyBed {
  private static final int SIZE = 3_000_000;

  private WorkerRun copy(String version) throws IOException {
    return WorkerRun.copy(folder, upstream.endpoint().base(), cache.uri(), version);
  }

  private void assertNothingTagged() {
    assertTrue(cache.manifest(WorkerRun.CACHE_PATH, "v1").startsWith("404 "));
  }

  private static boolean asksFor(HttpExchange x, Digest blob) {
    return x.getRequestMethod().equals("GET") && x.getRequestURI().getPath().endsWith("/blobs/" + blob);
  }

  @Test
  void namesAnImageThatTheRegistryDoesNotHave() throws IOException {
    WorkerRun run = copy(":nowhere");
    assertEquals(CopyOutcome.NOT_FOUND, run.outcome());
    assertEquals(10, run.exitCode());
    assertTrue(run.report().message().contains("/v2/library/sample/manifests/nowhere"),
        run.report().message());
  }

  @Test
  void passesARateLimitOn() throws IOException {
    sample.oci("v1", 1, SIZE);
    upstream.fault(x -> {
      FakeRegistry.error(x, 429, "TOOMANYREQUESTS", "pull rate limit");
      return true;
    });
    assertEquals(CopyOutcome.RATE_LIMITED, copy(":v1").outcome());
  }

  @Test
  void refusesABlobOfOtherBytes() throws IOException {
    sample.oci("v1", 1, SIZE);
    Digest layer = sample.blobs.getFirst();
    upstream.fault(x -> {
      boolean hit = asksFor(x, layer);
      if (hit) {
        FakeRegistry.answer(x, 200, "application/octet-stream", SampleImage.bytes(2, SIZE));
      }
      return hit;
    });
    WorkerRun run = copy(":v1");
    assertEquals(CopyOutcome.CORRUPT, run.outcome());
    assertTrue(run.report().message().contains(layer.toString()), run.report().message());
    assertNothingTagged();
    assertNoUploadLeft();
  }

  /** An abandoned upload would keep its bytes on the volume for a week. */
  private void assertNoUploadLeft() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
      assertEquals(List.of(),
          files.filter(f -> f.toString().contains("/_uploads/") && f.endsWith("data")).toList());
    }
  }

  @Test
  void goesOnWhereABodyWasCut() throws IOException {
    Digest digest = sample.oci("v1", 1, SIZE);
    var ranges = new CopyOnWriteArrayList<String>();
    cutBodies(sample.blobs.getFirst(), true, ranges);
    assertEquals(CopyOutcome.COPIED, copy(":v1").outcome());
    assertEquals("200 " + sample.manifests.get(digest), cache.manifest(WorkerRun.CACHE_PATH, "v1"));
    assertEquals(List.of("null", "bytes=1000000-", "bytes=2000000-"), ranges);
  }

  @Test
  void readsACutBodyAgainWhereThereAreNoRanges() throws IOException {
    Digest digest = sample.oci("v1", 1, SIZE);
    cutBodies(sample.blobs.getFirst(), false, new CopyOnWriteArrayList<>());
    assertEquals(CopyOutcome.COPIED, copy(":v1").outcome());
    assertEquals("200 " + sample.manifests.get(digest), cache.manifest(WorkerRun.CACHE_PATH, "v1"));
  }

  /** Each answer brings a million bytes more than the one before, and breaks off. */
  private void cutBodies(Digest layer, boolean honourRanges, CopyOnWriteArrayList<String> ranges) {
    byte[] bytes = SampleImage.bytes(100, SIZE);
    upstream.fault(x -> {
      if (!asksFor(x, layer)) {
        return false;
      }
      Optional<String> range = Optional.ofNullable(x.getRequestHeaders().getFirst("Range"));
      ranges.add(range.orElse("null"));
      int from = range.map(r -> Integer.parseInt(r.replaceAll("\\D", ""))).orElse(0);
      int to = Math.min(SIZE, from + 1_000_000);
      int start = honourRanges ? from : 0;
      if (honourRanges && range.isPresent()) {
        x.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (SIZE - 1) + "/" + SIZE);
      }
      x.sendResponseHeaders(honourRanges && range.isPresent() ? 206 : 200, SIZE - start);
      x.getResponseBody().write(Arrays.copyOfRange(bytes, start, to));
      x.getResponseBody().flush();
      return true;
    });
  }

  @Test
  void leavesNoUploadWhenTheSourceGivesNoMore() throws IOException {
    sample.oci("v1", 1, SIZE, SIZE);
    Digest layer = sample.blobs.getFirst();
    byte[] longer = SampleImage.bytes(100, SIZE + 1);
    upstream.fault(x -> {
      boolean hit = asksFor(x, layer);
      if (hit) {
        FakeRegistry.answer(x, 200, "application/octet-stream", longer);
      }
      return hit;
    });
    assertEquals(CopyOutcome.CORRUPT, copy(":v1").outcome());
    assertNoUploadLeft();
  }

  @Test
  void reportsACacheThatRefusesConnections() throws IOException {
    sample.oci("v1", 1, SIZE);
    URI nobody = URI.create("http://127.0.0.1:" + RealRegistry.freePort());
    assertUnavailable(nobody);
  }

  @Test
  void reportsACacheThatHangs() throws IOException {
    sample.oci("v1", 1, SIZE);
    try (ServerSocket silent = new ServerSocket(0)) {
      assertUnavailable(URI.create("http://127.0.0.1:" + silent.getLocalPort()));
    }
  }

  private void assertUnavailable(URI where) throws IOException {
    long start = System.nanoTime();
    WorkerRun run = WorkerRun.copy(folder, upstream.endpoint().base(), where, ":v1");
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertEquals(CopyOutcome.CACHE_UNAVAILABLE, run.outcome(), run.report().message());
    assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, took.toString());
    assertEquals(List.of(), upstream.requests(), "a pull that would be lost is not asked for");
  }

  @Test
  void reportsACacheThatGoesAwayMeanwhile() throws IOException {
    sample.oci("v1", 1, SIZE);
    upstream.fault(x -> {
      if (x.getRequestMethod().equals("GET") && x.getRequestURI().getPath().contains("/blobs/")) {
        cache.close();
      }
      return false;
    });
    WorkerRun run = copy(":v1");
    assertEquals(CopyOutcome.CACHE_UNAVAILABLE, run.outcome(), run.report().message());
  }

  @Test
  void reportsAFullVolume() throws IOException {
    sample.oci("v1", 1, SIZE);
    try (FakeRegistry full = new FakeRegistry()) {
      full.fault(x -> {
        boolean write = x.getRequestMethod().equals("POST");
        if (write) {
          // The words of distribution 3.0 when its volume is full.
          FakeRegistry.answer(x, 500, "application/json",
              "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"unknown error\",\"detail\":\"filesystem: write /x/startedat: no space left on device\"}]}"
                  .getBytes(StandardCharsets.UTF_8));
        }
        return write;
      });
      WorkerRun run = WorkerRun.copy(folder, upstream.endpoint().base(), full.endpoint().base(), ":v1");
      assertEquals(CopyOutcome.STORAGE_FULL, run.outcome(), run.report().message());
    }
  }

  @Test
  void refusesWhatIsNoImage() throws IOException {
    upstream.putManifest(SampleImage.REPOSITORY, "v1", "{\"schemaVersion\": 1, \"fsLayers\": []}",
        "application/vnd.docker.distribution.manifest.v1+prettyjws");
    WorkerRun run = copy(":v1");
    assertEquals(CopyOutcome.UNSUPPORTED, run.outcome());
    assertTrue(run.report().message().contains("schema 1"), run.report().message());
  }
}
