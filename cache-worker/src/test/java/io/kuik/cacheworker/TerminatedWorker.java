package io.kuik.cacheworker;

import io.kuik.registry.RegistryEndpoint;
import java.net.URI;
import java.util.Arrays;

/**
 * The worker in a process of its own, so that a test can send it a signal; the first argument is the
 * upstream.
 */
final class TerminatedWorker {
  private TerminatedWorker() {
  }

  public static void main(String[] args) {
    URI upstream = URI.create(args[0]);
    System.exit(CacheWorker.run(WorkerRun.HASTY.to(RegistryEndpoint.cache(upstream)),
        Arrays.copyOfRange(args, 1, args.length)));
  }
}
