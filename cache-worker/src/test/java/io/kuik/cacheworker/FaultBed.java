package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.registry.RealRegistry;
import io.kuik.registry.RegistrySetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two real registries, the upstream behind a line and machines that can be made to fail. */
abstract class FaultBed {
  static final int SIZE = 3_000_000;

  @TempDir
  Path folder;
  RealRegistry upstream;
  RealRegistry cache;
  FaultFront front;
  SampleImage sample;
  Digest digest;

  @BeforeEach
  void start() throws IOException {
    upstream = new RealRegistry(
        RegistrySetup.in(Files.createDirectory(folder.resolve("upstream"))));
    cache = new RealRegistry(RegistrySetup.in(Files.createDirectory(folder.resolve("cache"))));
    front = new FaultFront(upstream.uri());
    sample = new SampleImage(upstream);
    digest = sample.oci("v1", 1, SIZE);
  }

  @AfterEach
  void stop() throws IOException {
    front.close();
    upstream.close();
    cache.close();
  }

  WorkerRun copy() throws IOException {
    return WorkerRun.copy(folder, front.uri(), cache.uri(), ":v1");
  }

  WorkerRun assertCopied() throws IOException {
    WorkerRun run = copy();
    assertEquals(CopyOutcome.COPIED, run.outcome(), run.report().message());
    assertEquals("200 " + sample.manifests.get(digest), cache.manifest(WorkerRun.CACHE_PATH, "v1"));
    return run;
  }

  WorkerRun assertFails(CopyOutcome outcome) throws IOException {
    WorkerRun run = copy();
    assertEquals(outcome, run.outcome(), run.report().message());
    assertTrue(cache.manifest(WorkerRun.CACHE_PATH, "v1").startsWith("404 "), "nothing is tagged");
    return run;
  }

  /** The first so many of the chosen requests. */
  void first(int times, Function<FaultFront.Asked, Boolean> chosen, Fault fault) {
    var left = new AtomicInteger(times);
    front.script(a -> chosen.apply(a) && left.getAndDecrement() > 0 ? fault : Fault.NONE);
  }
}
