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

  private final LeaderElector elector;
  private volatile boolean stopping;

  /**
   * How long things take.
   *
   * @param lease
   *          how long a leader that says nothing is left alone
   * @param renew
   *          a leader that can't renew for so long gives up: before the others stop believing in it
   * @param retry
   *          how often the lease is looked at. client-java makes up to 2.2 times that of it, and looks twice
   *          before it takes a lease that has ended: with these, after 16 s at the latest
   */
  record Timing(Duration lease, Duration renew, Duration retry) {
    static final Timing USUAL = new Timing(Duration.ofSeconds(10), Duration.ofSeconds(7),
        Duration.ofSeconds(1));
  }

  Leadership(ApiCalls calls, String namespace, String name, String identity, Timing timing) {
    this.elector = new LeaderElector(
        new LeaderElectionConfig(
            new ToldLock(new LeaseLock(namespace, name, identity, calls.client())), timing.lease,
            timing.renew, timing.retry));
  }

  /**
   * Waits for the lease in the background. {@code lost} runs when this replica can't lead any more: it held
   * the lease and does no more, or it holds it and {@code gained} failed. The elector would go on to renew a
   * lease for a leader that does nothing.
   */
  public void seek(Runnable gained, Runnable lost) {
    Thread.ofPlatform().daemon().name("leader-election").start(() -> {
      try {
        elector.run(() -> begin(gained, lost), () -> LOG.debug("the elector has ended"));
      } finally {
        end(lost);
      }
    });
  }

  private void begin(Runnable gained, Runnable lost) {
    LOG.info("this replica leads");
    try {
      gained.run();
    } catch (RuntimeException | Error e) {
      LOG.error("this replica can't lead", e);
      end(lost);
    }
  }

  private void end(Runnable lost) {
    if (!stopping) {
      lost.run();
    }
  }

  /** Gives the lease up, so that the other replica need not wait for its end. */
  public void release() {
    stopping = true;
    elector.close();
  }
}
