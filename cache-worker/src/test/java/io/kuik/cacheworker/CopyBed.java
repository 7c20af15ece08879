package io.kuik.cacheworker;

import io.kuik.registry.FakeRegistry;
import io.kuik.registry.RealRegistry;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a test of a copy needs: an upstream that can be made to fail, a real cache registry, and an image to
 * copy.
 */
abstract class CopyBed {
  @TempDir
  Path folder;
  FakeRegistry upstream;
  RealRegistry cache;
  SampleImage sample;

  @BeforeEach
  void start() throws IOException {
    upstream = new FakeRegistry();
    cache = new RealRegistry(folder);
    sample = new SampleImage(new FakeStore(upstream));
  }

  @AfterEach
  void stop() {
    upstream.close();
    cache.close();
  }
}
