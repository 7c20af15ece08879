package io.kuik.gcworker.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a volume holds. */
class CacheVolumeTest {
  private static final Instant NOW = Instant.ofEpochSecond(1000);

  @TempDir
  private Path data;

  @Test
  void aVolumeThatNobodyWroteToIsEmpty() throws IOException {
    assertEquals(new Contents(0, 0, 0, 0, 1_000_000), new CacheVolume(data).count(NOW));
  }

  @Test
  void countsBlobsAndTags() throws IOException {
    var folder = new VolumeFolder(data);
    String digest = folder.blob("one");
    folder.blob("three");
    folder.tag("a/b", "v1", digest);
    folder.tag("a/b", "v2", digest);
    assertEquals(new Contents(2, 8, 2, 0, 1_000_000), new CacheVolume(data).count(NOW));
  }

  @Test
  void findsTagsWhoseManifestIsGone() throws IOException {
    var folder = new VolumeFolder(data);
    folder.tag("a", "v1", folder.blob("kept"));
    Files.delete(folder.blobFile(folder.tag("a", "v2", folder.blob("gone"))));
    folder.tag("a", "v3", "no digest at all");
    folder.tag("a", "v4", "sha256:../../../../../etc/passwd");
    assertEquals(3, new CacheVolume(data).count(NOW).brokenTags());
  }
}
