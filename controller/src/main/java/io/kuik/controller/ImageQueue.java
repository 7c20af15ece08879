package io.kuik.controller;

import io.kuik.controller.cluster.Cluster;
import io.kuik.controller.cluster.ReconcileQueue;
import io.kuik.controller.image.CachedImage;
import io.kuik.controller.image.Departures;
import io.kuik.controller.image.ImageUsage;
import io.kuik.controller.pod.PodView;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Which images are to be looked at: those of whatever changes in the cluster. */
final class ImageQueue {
  private static final int RECONCILERS = 4;

  private final Cluster cluster;
  private final ImageUsage usage;
  private final Departures departures;
  private final ReconcileQueue queue;

  /** What changes is told to those who remember it, before anybody looks. */
  ImageQueue(Cluster cluster, ImageUsage usage, Departures departures, ReconcileQueue queue) {
    this.cluster = cluster;
    this.usage = usage;
    this.departures = departures;
    this.queue = queue;
  }

  void listen() {
    cluster.pods().onChange((before, after) -> changed(before, after).forEach(this::usersChanged));
    cluster.images().onChange((before, after) -> {
      before.filter(b -> after.filter(a -> a.key().equals(b.key())).isEmpty())
          .ifPresent(departures::noticed);
      before.map(CachedImage::key).ifPresent(queue::add);
      after.map(CachedImage::key).ifPresent(queue::add);
    });
    cluster.onCopyChange(queue::add);
    cluster.onSurroundingsChange(this::addAll);
    addAll();
  }

  private Set<String> changed(Optional<PodView> before, Optional<PodView> after) {
    return after.map(usage::update).or(() -> before.map(usage::remove)).orElse(Set.of());
  }

  /**
   * The first pod of an image, and its last, may change what becomes of the image. The others change a
   * number: a rollout of a thousand pods is not a thousand writes of it.
   */
  private void usersChanged(String image) {
    if (usage.count(image) <= 1) {
      queue.add(image);
    } else {
      queue.addSoon(image);
    }
  }

  /** Those that are used first: there may be thousands, and what they cost is spread over minutes. */
  void addAll() {
    cluster.images().all().stream()
        .sorted(Comparator.comparingInt((CachedImage i) -> i.status().usage().count()).reversed())
        .forEach(i -> queue.add(i.key()));
  }

  void work(Function<String, Optional<Duration>> reconcile) {
    queue.work(RECONCILERS, reconcile);
  }

  void stop(Duration patience) throws InterruptedException {
    queue.stop(patience);
  }

  boolean stuck() {
    return queue.stuck();
  }
}
