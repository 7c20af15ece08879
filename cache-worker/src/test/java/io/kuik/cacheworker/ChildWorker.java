package io.kuik.cacheworker;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A worker in a process of its own, and what it leaves. */
record ChildWorker(Process process, Path log, Path termination) {
  private static final int SECONDS = 60;

  /** Copies an image, whose registry is served at the upstream's address. */
  static ChildWorker start(Path folder, URI upstream, URI cache, String image, List<String> java,
      String... more) throws IOException {
    Path termination = Files.writeString(folder.resolve("termination-log"), "");
    Path log = folder.resolve("worker.log");
    // The shortest start, which is most of what these tests take.
    var command = new ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC", "-Xshare:auto"));
    command.addAll(java);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), TerminatedWorker.class.getName(),
        upstream.toString(), "--image=" + image, "--cache=" + cache, "--termination-log=" + termination));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile())
        .start();
    return new ChildWorker(process, log, termination);
  }

  /** SIGKILL: it can't do anything about it. */
  void kill() {
    process.destroyForcibly();
  }

  /** Its exit code. */
  int end() throws InterruptedException, IOException {
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      kill();
      throw new IOException("the worker did not end: " + Files.readString(log));
    }
    return process.exitValue();
  }
}
