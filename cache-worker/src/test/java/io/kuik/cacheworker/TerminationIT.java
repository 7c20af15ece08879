package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import io.kuik.model.CopyOutcome;
import io.kuik.model.CopyReport;
import io.kuik.model.Digest;
import io.kuik.registry.FakeRegistry;
import io.kuik.registry.RealRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is told to stop says so, and leaves nothing in the way of the next one. */
class TerminationIT {
  private static final int SECONDS = 30;
  private static final int SIZE = 3_000_000;

  @TempDir
  private Path folder;

  @Test
  void endsAsInterruptedAndIsTakenUpByTheNextRun() throws IOException, InterruptedException {
    try (FakeRegistry upstream = new FakeRegistry(); RealRegistry cache = new RealRegistry(folder)) {
      var sample = new SampleImage(new FakeStore(upstream));
      Digest digest = sample.oci("v1", 1, SIZE);
      var halfway = new CountDownLatch(1);
      var over = new CountDownLatch(1);
      upstream.fault(x -> {
        boolean hit = x.getRequestMethod().equals("GET")
            && x.getRequestURI().getPath().endsWith(sample.blobs.getFirst().toString());
        if (hit) {
          x.sendResponseHeaders(200, SIZE);
          x.getResponseBody().write(SampleImage.bytes(100, SIZE), 0, SIZE / 2);
          x.getResponseBody().flush();
          halfway.countDown();
          await(over, x.getResponseBody());
        }
        return hit;
      });
      Path log = Files.writeString(folder.resolve("termination-log"), "");
      Process worker = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-cp", System.getProperty("java.class.path"), TerminatedWorker.class.getName(),
          upstream.endpoint().base().toString(),
          "--image=" + WorkerRun.HOST + "/" + SampleImage.REPOSITORY + ":v1", "--cache=" + cache.uri(),
          "--termination-log=" + log).redirectErrorStream(true)
          .redirectOutput(folder.resolve("worker.log").toFile()).start();
      assertTrue(halfway.await(SECONDS, TimeUnit.SECONDS), "the worker never asked for the layer");
      worker.destroy();
      assertTrue(worker.waitFor(SECONDS, TimeUnit.SECONDS), "the worker did not end");
      over.countDown();
      assertEquals(CopyOutcome.INTERRUPTED.exitCode(), worker.exitValue());
      CopyReport report = new Gson().fromJson(Files.readString(log), CopyReport.class);
      assertEquals(CopyOutcome.INTERRUPTED.reason(), report.outcome());
      try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
        assertEquals(List.of(),
            files.filter(f -> f.toString().contains("/_uploads/") && f.endsWith("data")).toList(),
            "half a layer on the volume");
      }

      upstream.fault(x -> false);
      WorkerRun next = WorkerRun.copy(folder, upstream.endpoint().base(), cache.uri(), ":v1");
      assertEquals(CopyOutcome.COPIED, next.outcome());
      assertEquals("200 " + sample.manifests.get(digest), cache.manifest(WorkerRun.CACHE_PATH, "v1"));
    }
  }

  /** A slow source, which never gives the whole. */
  private static void await(CountDownLatch latch, OutputStream slow) throws IOException {
    try {
      for (int i = 0; i < SECONDS * 10 && !latch.await(100, TimeUnit.MILLISECONDS); i++) {
        slow.write(0);
        slow.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
