package io.kuik.controller.cluster;

import io.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.kubernetes.client.extended.leaderelection.LeaderElector;
import io.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which replica acts, by a Lease. A leader that lost it must end: client-java's elector never leads a second
 * time.
 */
public final class Leadership {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration RENEW = Duration.ofSeconds(7);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final LeaderElector elector;
  private volatile boolean stopping;

  Leadership(ApiCalls calls, String namespace, String name, String identity) {
    this.elector = new LeaderElector(
        new LeaderElectionConfig(new LeaseLock(namespace, name, identity, calls.client()), LEASE, RENEW,
            RETRY));
  }

  /** Waits for the lease in the background; {@code lost} runs when it was held and is no more. */
  public void seek(Runnable gained, Runnable lost) {
    Thread.ofPlatform().daemon().name("leader-election").start(() -> elector.run(() -> {
      LOG.info("this replica leads");
      gained.run();
    }, () -> {
      if (!stopping) {
        lost.run();
      }
    }));
  }

  /** Gives the lease up, so that the other replica need not wait for its end. */
  public void release() {
    stopping = true;
    elector.close();
  }
}
