package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.registry.RealRegistry;
import io.kuik.registry.RegistrySetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real registry whose volume is full; needs root, to make a small file system. */
class FullVolumeIT {
  private static final int SIZE = 3_000_000;

  @TempDir
  private Path folder;
  private Path volume;

  @BeforeEach
  void mount() throws IOException, InterruptedException {
    volume = Files.createDirectory(folder.resolve("volume"));
    int code = run("mount", "-t", "tmpfs", "-o", "size=5m", "tmpfs", volume.toString());
    assumeTrue(code == 0, "no file system could be mounted: only root may, and not in every container");
  }

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    run("umount", volume.toString());
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
  }

  @Test
  void isToldAsSuchAndServesWhatItHas() throws IOException {
    try (RealRegistry upstream = new RealRegistry(
        RegistrySetup.in(Files.createDirectory(folder.resolve("upstream"))));
        RealRegistry cache = new RealRegistry(RegistrySetup
            .in(Files.createDirectory(folder.resolve("cache"))).data(volume.resolve("data")))) {
      var sample = new SampleImage(upstream);
      Digest small = sample.oci("small", 1, 1000);
      assertEquals(CopyOutcome.COPIED,
          WorkerRun.copy(folder, upstream.uri(), cache.uri(), ":small").outcome());
      sample.oci("v1", 2, SIZE, SIZE);
      WorkerRun run = WorkerRun.copy(folder, upstream.uri(), cache.uri(), ":v1");
      assertEquals(CopyOutcome.STORAGE_FULL, run.outcome(), run.report().message());
      assertTrue(run.report().message().contains("larger volume"), run.report().message());
      assertTrue(cache.manifest(WorkerRun.CACHE_PATH, "v1").startsWith("404 "));
      assertEquals("200 " + sample.manifests.get(small), cache.manifest(WorkerRun.CACHE_PATH, "small"));
    }
  }
}
