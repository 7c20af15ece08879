package io.kuik.controller.uninstall;

import io.kuik.controller.arming.CanaryPod;
import io.kuik.controller.cluster.UninstallResources;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs before the release is deleted: no pod may be rewritten once the proxies go, and no copy may start any
 * more.
 */
public final class Uninstall {
  private static final Logger LOG = LoggerFactory.getLogger(Uninstall.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final UninstallResources resources;
  private final String fullname;
  private final String selector;

  /** The selector finds the release's own objects. */
  public Uninstall(UninstallResources resources, String fullname, String selector) {
    this.resources = resources;
    this.fullname = fullname;
    this.selector = selector;
  }

  /** The steps, in the order that leaves no gap. */
  public void run() throws InterruptedException {
    resources.deleteWebhook("zz-" + fullname);
    resources.scaleToZero(fullname + "-controllers");
    await("controllers");
    resources.deletePods(component(CanaryPod.COMPONENT));
    resources.deleteJobs(component("cache-worker"));
    resources.deleteJobs(component("garbage-collection"));
    await("cache-worker");
    await("garbage-collection");
    await(CanaryPod.COMPONENT);
    resources.deleteLease(fullname + "-controllers");
    LOG.info("ready to be uninstalled: the webhook, the controllers, their canaries and Jobs are gone");
  }

  private String component(String name) {
    return selector + ",app.kubernetes.io/component=" + name;
  }

  private void await(String component) throws InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    List<String> left = resources.podNames(component(component));
    while (!left.isEmpty() && Instant.now().isBefore(end)) {
      Thread.sleep(PAUSE);
      left = resources.podNames(component(component));
    }
    if (!left.isEmpty()) {
      LOG.warn("pods are still there after {} s, going on: component={} pods={}", PATIENCE.toSeconds(),
          component, left);
    }
  }
}
