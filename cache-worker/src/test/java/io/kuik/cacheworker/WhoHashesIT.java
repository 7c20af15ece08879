package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.registry.FakeRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Large layers are left to a cache registry that proves that it hashes, and to no other. */
class WhoHashesIT extends CopyBed {
  /** More than what is hashed without a question. */
  private static final int SIZE = 17 << 20;

  private WorkerRun copy() throws IOException {
    return WorkerRun.copy(folder, upstream.endpoint().base(), cache.uri(), ":v1");
  }

  private List<String> asked(Digest layer) {
    return upstream.requests().stream().filter(r -> r.startsWith("GET ") && r.endsWith(layer.toString()))
        .toList();
  }

  /** Serves other bytes for the layer, a number of times. */
  private void spoil(Digest layer, int times) {
    var left = new AtomicInteger(times);
    upstream.fault(x -> {
      boolean hit = x.getRequestURI().getPath().endsWith("/blobs/" + layer) && left.getAndDecrement() > 0;
      if (hit) {
        FakeRegistry.answer(x, 200, "application/octet-stream", SampleImage.bytes(7, SIZE));
      }
      return hit;
    });
  }

  /** Neither the question whether it hashes nor a refused layer may leave anything in the registry. */
  private void assertOnlyTheseAreStored(List<Digest> blobs) throws IOException {
    Path stored = folder.resolve("data/docker/registry/v2/repositories").resolve(WorkerRun.CACHE_PATH);
    try (Stream<Path> files = Files.walk(stored)) {
      List<String> names = files.filter(Files::isRegularFile).map(stored::relativize).map(Path::toString)
          .toList();
      assertEquals(List.of(),
          names.stream().filter(n -> n.startsWith("_uploads") && n.endsWith("/data")).toList());
      assertEquals(blobs.stream().map(Digest::hex).sorted().toList(),
          names.stream().filter(n -> n.startsWith("_layers")).map(n -> n.split("/")[2]).sorted().toList());
    }
  }

  @Test
  void copiesALargeLayerWithoutATrace() throws IOException {
    sample.oci("v1", 1, SIZE);
    assertEquals(CopyOutcome.COPIED, copy().outcome());
    byte[] layer = cache.get("/v2/" + WorkerRun.CACHE_PATH + "/blobs/" + sample.blobs.getFirst()).body();
    assertArrayEquals(SampleImage.bytes(100, SIZE), layer);
    assertOnlyTheseAreStored(sample.blobs);
  }

  @Test
  void namesALayerThatStaysWrong() throws IOException {
    sample.oci("v1", 1, SIZE);
    Digest layer = sample.blobs.getFirst();
    spoil(layer, Integer.MAX_VALUE);
    WorkerRun run = copy();
    assertEquals(CopyOutcome.CORRUPT, run.outcome());
    assertTrue(run.report().message().contains("The registry served bytes for blob " + layer),
        run.report().message());
    assertEquals(2, asked(layer).size(), "refused by the cache, then hashed to see who is wrong");
    assertOnlyTheseAreStored(sample.blobs.subList(1, 2));
  }

  @Test
  void readsALayerAgainThatWasWrongOnce() throws IOException {
    sample.oci("v1", 1, SIZE);
    spoil(sample.blobs.getFirst(), 1);
    WorkerRun run = copy();
    assertEquals(CopyOutcome.COPIED, run.outcome(), run.report().message());
    assertEquals(run.report().size(), run.report().movedBytes() + manifestSize());
    assertOnlyTheseAreStored(sample.blobs);
  }

  private long manifestSize() {
    return sample.manifests.values().iterator().next().getBytes(StandardCharsets.UTF_8).length;
  }

  @Test
  void hashesForACacheThatTakesAnything() throws IOException {
    sample.oci("v1", 1, SIZE);
    Digest layer = sample.blobs.getFirst();
    spoil(layer, Integer.MAX_VALUE);
    try (FakeRegistry believer = new FakeRegistry()) {
      believer.fault(new Believer());
      WorkerRun run = WorkerRun.copy(folder, upstream.endpoint().base(), believer.endpoint().base(), ":v1");
      assertEquals(CopyOutcome.CORRUPT, run.outcome());
      assertTrue(run.report().message().contains("The registry served bytes for blob " + layer),
          run.report().message());
      assertEquals(1, asked(layer).size(), "hashed at once");
      String blobs = "DELETE /v2/" + WorkerRun.CACHE_PATH + "/blobs/";
      assertEquals(1, believer.requests().stream().filter(r -> r.startsWith(blobs + "sha256:")).count(),
          "what it took for a question is taken back");
    }
  }

  /** Keeps nothing but the sizes. */
  private static final class Believer implements FakeRegistry.Fault {
    private final AtomicInteger uploads = new AtomicInteger();
    private final Map<String, Integer> sizes = new ConcurrentHashMap<>();

    @Override
    public boolean answer(HttpExchange x) throws IOException {
      String path = x.getRequestURI().getPath();
      int size = x.getRequestBody().readAllBytes().length;
      return switch (x.getRequestMethod()) {
        case "POST" ->
          done(x, 202, "/v2/" + WorkerRun.CACHE_PATH + "/blobs/uploads/" + uploads.incrementAndGet());
        case "PATCH" -> {
          sizes.put(path, size);
          yield done(x, 202, path);
        }
        case "PUT" -> {
          sizes.put(
              path.replaceFirst("uploads/.*", x.getRequestURI().getQuery().replaceFirst(".*digest=", "")),
              sizes.getOrDefault(path, 0));
          yield done(x, 201, path);
        }
        case "DELETE" -> done(x, 202, path);
        default -> {
          boolean there = sizes.containsKey(path);
          if (there) {
            FakeRegistry.answer(x, 200, "application/octet-stream", new byte[sizes.get(path)]);
          }
          yield there;
        }
      };
    }

    private static boolean done(HttpExchange x, int status, String location) throws IOException {
      x.getResponseHeaders().set("Location", location);
      x.sendResponseHeaders(status, -1);
      return true;
    }
  }
}
