package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.registry.RealRegistry;
import io.kuik.registry.RegistrySetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layers that another repository of the cache has are mounted from there, and not moved. */
class MountIT extends CopyBed {
  private static final int SIZE = 300_000;
  private static final String OTHER = "registry.example__5000/library/other";

  private WorkerRun copy(RealRegistry into, String... more) throws IOException {
    return WorkerRun.copy(folder, upstream.endpoint().base(), into.uri(), ":v1", more);
  }

  private List<String> blobsAsked() {
    return upstream.requests().stream().filter(r -> r.contains("/blobs/")).toList();
  }

  @Test
  void mountsALayerThatAnotherRepositoryHas() throws IOException {
    sample.oci("v1", 1, SIZE, SIZE);
    cache.blob(OTHER, SampleImage.bytes(100, SIZE));
    WorkerRun run = copy(cache, "--mount-from=registry.example__5000/library/none," + OTHER);
    assertEquals(CopyOutcome.COPIED, run.outcome(), run.report().message());
    Digest shared = sample.blobs.getFirst();
    assertEquals(List.of(), blobsAsked().stream().filter(r -> r.endsWith(shared.toString())).toList());
    assertEquals(2, blobsAsked().size(), "the other layer and the configuration");
    assertArrayEquals(SampleImage.bytes(100, SIZE),
        cache.get("/v2/" + WorkerRun.CACHE_PATH + "/blobs/" + shared).body());
  }

  @Test
  void mountsWithThePasswordOfTheCacheToo() throws IOException {
    sample.oci("v1", 1, SIZE);
    Path other = Files.createDirectory(folder.resolve("other"));
    Path login = Files.createDirectory(folder.resolve("login"));
    Files.writeString(login.resolve("username"), RealRegistry.USER);
    Files.writeString(login.resolve("password"), RealRegistry.PASSWORD);
    try (RealRegistry locked = new RealRegistry(RegistrySetup.in(other).password())) {
      locked.blob(OTHER, SampleImage.bytes(100, SIZE));
      WorkerRun run = copy(locked, "--cache-credentials=" + login, "--mount-from=" + OTHER);
      assertEquals(CopyOutcome.COPIED, run.outcome(), run.report().message());
      assertEquals(1, blobsAsked().size(), "the configuration");
    }
  }

  @Test
  void movesALayerThatTheOtherRepositoryLacks() throws IOException {
    Digest digest = sample.oci("v1", 1, SIZE);
    assertEquals(CopyOutcome.COPIED, copy(cache, "--mount-from=" + OTHER).outcome());
    assertEquals("200 " + sample.manifests.get(digest), cache.manifest(WorkerRun.CACHE_PATH, "v1"));
  }

  @Test
  void refusesToMountWhatIsPrivate() throws IOException {
    sample.oci("v1", 1, SIZE);
    WorkerRun run = copy(cache, "--mount-from=private/" + OTHER);
    assertEquals(CopyOutcome.INVALID, run.outcome());
    assertTrue(run.report().message().contains("none of them private"), run.report().message());
    assertEquals(CopyOutcome.INVALID, copy(cache, "--mount-from=a,b,c,d,e,f").outcome());
  }
}
