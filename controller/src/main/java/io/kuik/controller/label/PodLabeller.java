package io.kuik.controller.label;

import io.kuik.controller.cluster.Cluster;
import io.kuik.controller.cluster.ClusterException;
import io.kuik.controller.pod.PodFilter;
import io.kuik.controller.pod.PodView;
import io.kuik.controller.rewrite.ImageRules;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Labels the pods that were admitted before the install, or while the webhook was away. Only the label: a
 * changed image would restart their containers.
 */
public final class PodLabeller {
  private static final Logger LOG = LoggerFactory.getLogger(PodLabeller.class);

  private final Cluster cluster;
  private final PodFilter filter;
  private final ImageRules rules;

  /** The filter and the rules are those of the webhook. */
  public PodLabeller(Cluster cluster, PodFilter filter, ImageRules rules) {
    this.cluster = cluster;
    this.filter = filter;
    this.rules = rules;
  }

  /** One round over all pods of the cluster. */
  public void sweep() {
    var counted = new int[2];
    cluster.forEachUnlabelledPod(pod -> {
      if (filter.admits(pod) && pod.live() && !pod.terminating() && hasWantedImage(pod)) {
        counted[label(pod) ? 0 : 1]++;
      }
    });
    LOG.info("pods from before labelled: count={} failed={}", counted[0], counted[1]);
  }

  private boolean hasWantedImage(PodView pod) {
    return pod.containers().stream().anyMatch(c -> rules.classify(c) instanceof ImageRules.Wanted);
  }

  private boolean label(PodView pod) {
    try {
      cluster.label(pod);
      return true;
    } catch (ClusterException e) {
      LOG.debug("pod not labelled pod={} error={}", pod.key(), e.getMessage());
      return e.status() == 404 || e.status() == 409;
    }
  }
}
