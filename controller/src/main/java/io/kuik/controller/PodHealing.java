package io.kuik.controller;

import io.kuik.controller.cluster.Cluster;
import io.kuik.controller.cluster.ReconcileQueue;
import io.kuik.controller.healing.Healer;
import io.kuik.controller.pod.PodView;
import java.time.Duration;
import java.time.InstantSource;

/** Which pods the healer is to look at: those that wait for an image. */
final class PodHealing {
  private static final int HEALERS = 4;

  private final Cluster cluster;
  private final Healer healer;
  private final ReconcileQueue queue;

  PodHealing(Cluster cluster, Healer healer, InstantSource clock) {
    this.cluster = cluster;
    this.healer = healer;
    this.queue = new ReconcileQueue(clock, _ -> {
      // How long an image waited is told by the other queue.
    });
  }

  void listen() {
    cluster.pods().onChange((before, after) -> after.or(() -> before).filter(healer::concerns)
        .map(PodView::key).ifPresent(queue::add));
  }

  void work() {
    queue.work(HEALERS, healer::look);
  }

  void stop(Duration patience) throws InterruptedException {
    queue.stop(patience);
  }

  boolean stuck() {
    return queue.stuck();
  }
}
