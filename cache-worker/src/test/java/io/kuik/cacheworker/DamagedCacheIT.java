package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that lost bytes: the worker says which file it is, and once that is removed brings it back. */
class DamagedCacheIT extends CopyBed {
  private Digest child = Digest.sha256(new byte[0]);
  private Digest index = child;

  @BeforeEach
  void copied() throws IOException {
    child = sample.oci("child", 1, 5000);
    index = sample.index("v1", sample.entry(child, "linux", "amd64"));
    assertEquals(CopyOutcome.COPIED, copy().outcome());
  }

  private WorkerRun copy() throws IOException {
    return WorkerRun.copy(folder, upstream.endpoint().base(), cache.uri(), ":v1");
  }

  private Path file(Digest digest) {
    return folder.resolve("data/docker/registry/v2/blobs/sha256").resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex()).resolve("data");
  }

  private void cut(Digest digest, int size) throws IOException {
    Files.write(file(digest), Arrays.copyOf(Files.readAllBytes(file(digest)), size));
  }

  private void assertNamedAndRepaired(Digest digest) throws IOException {
    WorkerRun run = copy();
    assertEquals(CopyOutcome.CORRUPT, run.outcome(), run.report().message());
    String place = "docker/registry/v2/blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex();
    assertTrue(run.report().message().contains(place), run.report().message());
    Files.delete(file(digest));
    assertEquals(CopyOutcome.COPIED, copy().outcome());
    assertEquals(CopyOutcome.ALREADY_CACHED, copy().outcome());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 17})
  void aCutLayerIsNamed(int size) throws IOException {
    cut(sample.blobs.getFirst(), size);
    assertNamedAndRepaired(sample.blobs.getFirst());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 17})
  void aCutManifestIsNamed(int size) throws IOException {
    cut(child, size);
    assertNamedAndRepaired(child);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 17})
  void aCutIndexIsNamed(int size) throws IOException {
    cut(index, size);
    assertNamedAndRepaired(index);
  }

  /**
   * The repository forgot the layer, but its file is there, and cut: an upload ends well and changes nothing.
   */
  @Test
  void anUploadThatChangesNothingIsNoticed() throws IOException {
    Digest layer = sample.blobs.getFirst();
    cut(layer, 17);
    Files.delete(folder.resolve("data/docker/registry/v2/repositories").resolve(WorkerRun.CACHE_PATH)
        .resolve("_layers/sha256").resolve(layer.hex()).resolve("link"));
    assertNamedAndRepaired(layer);
  }

  @Test
  void aManifestWithAWrongByteIsNamed() throws IOException {
    byte[] bytes = Files.readAllBytes(file(child));
    bytes[bytes.length - 10] ^= 1;
    Files.write(file(child), bytes);
    assertNamedAndRepaired(child);
  }
}
