package io.kuik.controller.uninstall;

import io.kuik.controller.arming.CanaryPod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs before the release is deleted: no pod may be rewritten once the proxies go, none may wait for an image
 * from them, and no copy may start any more.
 */
public final class Uninstall {
  private static final Logger LOG = LoggerFactory.getLogger(Uninstall.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** What a pull is given to end while the proxies still serve; most do in a few seconds. */
  private static final Duration PULLS = Duration.ofSeconds(20);
  /** How often a pod is looked at that changes between look and patch. */
  private static final int ROUNDS = 3;

  private final UninstallStore store;
  private final Optional<PendingPods> pending;
  private final String fullname;
  private final String selector;

  /**
   * Wires the steps.
   *
   * @param pending
   *          empty if pods may not be patched
   * @param selector
   *          finds the release's own objects
   */
  public Uninstall(UninstallStore store, Optional<PendingPods> pending, String fullname, String selector) {
    this.store = store;
    this.pending = pending;
    this.fullname = fullname;
    this.selector = selector;
  }

  /** The steps, in the order that leaves no gap. */
  public void run() throws InterruptedException {
    store.deleteWebhook("zz-" + fullname);
    store.scaleToZero(fullname + "-controllers");
    await("controllers");
    if (pending.isPresent()) {
      settle(pending.get());
    }
    store.deletePods(component(CanaryPod.COMPONENT));
    store.deleteJobs(component("cache-worker"));
    store.deleteJobs(component("garbage-collection"));
    await("cache-worker");
    await("garbage-collection");
    await(CanaryPod.COMPONENT);
    store.deleteLease(fullname + "-controllers");
    LOG.info("ready to be uninstalled: the webhook, the controllers, their canaries and Jobs are gone");
  }

  private String component(String name) {
    return selector + ",app.kubernetes.io/component=" + name;
  }

  /** Later than the controllers, which would rewrite and heal against it; before the proxies. */
  private void settle(PendingPods pods) throws InterruptedException {
    Instant end = Instant.now().plus(PULLS);
    PendingPods.Left left = pods.restore();
    while (!left.nothing() && Instant.now().isBefore(end)) {
      Thread.sleep(PAUSE);
      left = pods.restore();
    }
    for (int round = 0; round < ROUNDS && !left.nothing(); round++) {
      LOG.info("pods have not begun, and get their original images: pods={}", left.pods());
      left = pods.restoreAll();
    }
    if (!left.nothing()) {
      LOG.warn("pods keep images that nobody will serve, recreate them: listed={} pods={}", left.listed(),
          left.pods());
    }
  }

  private void await(String component) throws InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    List<String> left = store.podNames(component(component));
    while (!left.isEmpty() && Instant.now().isBefore(end)) {
      Thread.sleep(PAUSE);
      left = store.podNames(component(component));
    }
    if (!left.isEmpty()) {
      LOG.warn("pods are still there after {} s, going on: component={} pods={}", PATIENCE.toSeconds(),
          component, left);
    }
  }
}
