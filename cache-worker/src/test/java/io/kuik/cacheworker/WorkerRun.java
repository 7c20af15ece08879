package io.kuik.cacheworker;

import com.google.gson.Gson;
import io.kuik.model.CopyOutcome;
import io.kuik.model.CopyReport;
import io.kuik.registry.RegistryEndpoint;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** What one run of the worker left: its exit code and its termination message. */
record WorkerRun(int exitCode, CopyReport report) {
  static final String HOST = "registry.example:5000";
  static final String CACHE_PATH = "registry.example__5000/" + SampleImage.REPOSITORY;

  /** Waits a twentieth of what a Job waits. */
  static final Surroundings HASTY = new Surroundings(UnaryOperator.identity(),
      t -> Thread.sleep(t.toMillis() / 20), Duration.ofSeconds(2));

  /** Copies {@code version} of the sample repository, served at the upstream's address, into the cache. */
  static WorkerRun copy(Path folder, URI upstream, URI cache, String version, String... more)
      throws IOException {
    return copyImage(folder, upstream, cache, HOST + "/" + SampleImage.REPOSITORY + version, more);
  }

  /** Copies any image, whose registry is served at the upstream's address. */
  static WorkerRun copyImage(Path folder, URI upstream, URI cache, String image, String... more)
      throws IOException {
    Path log = Files.writeString(folder.resolve("termination-log"), "");
    var args = new ArrayList<>(List.of("--image=" + image, "--cache=" + cache, "--termination-log=" + log));
    args.addAll(List.of(more));
    int exitCode = CacheWorker.run(HASTY.to(RegistryEndpoint.cache(upstream)), args.toArray(String[]::new));
    return new WorkerRun(exitCode, new Gson().fromJson(Files.readString(log), CopyReport.class));
  }

  CopyOutcome outcome() {
    return CopyOutcome.ofReason(report.outcome()).orElseThrow();
  }
}
