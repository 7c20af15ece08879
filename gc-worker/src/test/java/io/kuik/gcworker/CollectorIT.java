package io.kuik.gcworker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.gcworker.volume.CacheVolume;
import io.kuik.gcworker.volume.Contents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the registry's own collector takes and what it leaves, with everything that a cache may hold. */
class CollectorIT {
  private static final Optional<String> V1 = Optional.of("v1");

  @TempDir
  private Path folder;
  private LocalRegistry registry;
  private String child = "";
  private byte[] index = new byte[0];

  @BeforeEach
  void setUp() throws IOException, InterruptedException {
    registry = new LocalRegistry(folder);
    registry.start();
    child = registry.image("sparse", Optional.empty(), "amd64's layer");
    String absent = LocalRegistry.digest("arm64, never copied".getBytes(StandardCharsets.UTF_8));
    String json = """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
         {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":9,
          "platform":{"os":"linux","architecture":"amd64"}},
         {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":9,
          "platform":{"os":"linux","architecture":"arm64"}}]}""".formatted(child, absent);
    index = json.getBytes(StandardCharsets.UTF_8);
    registry.manifest("sparse", V1, json, "index");
    registry.image("twins", V1, "twins' layer");
    registry.image("twins", Optional.of("v2"), "twins' layer");
    registry.image("expired", V1, "expired layer");
    registry.image("untagged", Optional.empty(), "a layer that no tag ever reached");
    registry.blob("unfinished", "a layer whose copy was killed");
    assertEquals(202, registry.status("DELETE", "/v2/expired/manifests/v1"));
    assertEquals(202, registry.status("DELETE", "/v2/twins/manifests/v1"));
  }

  @AfterEach
  void tearDown() {
    registry.stop();
  }

  private Contents contents() throws IOException {
    return new CacheVolume(registry.data()).count(Instant.EPOCH);
  }

  private int collected(Process collector) throws InterruptedException {
    assertTrue(collector.waitFor(30, TimeUnit.SECONDS));
    return collector.exitValue();
  }

  /** Every byte of what tags reach. */
  private void assertKept() throws IOException, InterruptedException {
    assertEquals(0, contents().brokenTags());
    registry.start();
    assertArrayEquals(index, registry.get("/v2/sparse/manifests/v1"));
    assertEquals(child, LocalRegistry.digest(registry.get("/v2/sparse/manifests/" + child)));
    assertEquals("amd64's layer", layer("sparse", "amd64's layer"));
    assertEquals(200, registry.status("GET", "/v2/twins/manifests/v2"));
    assertEquals("twins' layer", layer("twins", "twins' layer"));
    registry.stop();
  }

  private String layer(String repository, String content) throws IOException {
    String digest = LocalRegistry.digest(content.getBytes(StandardCharsets.UTF_8));
    return new String(registry.get("/v2/" + repository + "/blobs/" + digest), StandardCharsets.UTF_8);
  }

  @Test
  void takesWhatNoTagReachesAndLeavesASparseIndexWhole() throws IOException, InterruptedException {
    registry.stop();
    Contents before = contents();
    // Layer, configuration and manifest of four images; an index; a layer alone.
    assertEquals(14, before.blobs());
    assertEquals(0, collected(registry.collect()), registry::logOrNothing);
    // The index and its image, and the twin.
    assertEquals(7, contents().blobs());
    assertTrue(contents().bytes() < before.bytes());
    assertKept();
  }

  @Test
  void aSecondRunFindsNothingMore() throws IOException, InterruptedException {
    registry.stop();
    assertEquals(0, collected(registry.collect()));
    Contents after = contents();
    assertEquals(0, collected(registry.collect()), registry::logOrNothing);
    assertEquals(after, contents());
  }

  @Test
  void killedAtAnyMomentItHasTakenNothingThatATagReaches() throws IOException, InterruptedException {
    registry.stop();
    for (int i = 0; i < 20; i++) {
      Process collector = registry.collect();
      collector.waitFor(2L * i, TimeUnit.MILLISECONDS);
      collector.destroyForcibly().onExit().join();
      assertEquals(0, contents().brokenTags(), "killed after " + 2 * i + " ms");
    }
    assertKept();
    assertEquals(0, collected(registry.collect()), registry::logOrNothing);
    assertEquals(7, contents().blobs());
    assertKept();
  }

  @Test
  void anEmptyVolumeIsCollectedOnceItHasItsFolders() throws IOException, InterruptedException {
    registry.stop();
    var empty = new LocalRegistry(folder.resolve("sparse"));
    assertTrue(folder.resolve("sparse").toFile().mkdirs());
    new CacheVolume(empty.data()).makeFolders();
    assertEquals(0, collected(empty.collect()), empty::logOrNothing);
  }
}
