package io.kuik.controller.ops;

import io.kuik.model.CopyOutcome;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** What the controller counts; names that the predecessor had keep their name. */
public final class ControllerMetrics {
  private static final String PREFIX = "kube_image_keeper_controller_";
  private static final String ORPHANED = "Orphaned";

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter images = Counter.builder().name(PREFIX + "reviewed_images")
      .help("Images of reviewed pods, by what became of them: Rewritten, or the reason why they were left.")
      .labelNames("result").register(registry);
  private final Counter failures = Counter.builder().name(PREFIX + "failed_reviews")
      .help("Reviews that ended in an error of ours; their pods were admitted as they were.")
      .register(registry);
  private final Histogram reviews = Histogram.builder().name(PREFIX + "review_duration_seconds")
      .help("Time of a review.")
      .classicUpperBounds(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5).classicOnly()
      .register(registry);
  private final Histogram waits = Histogram.builder().name(PREFIX + "queue_wait_seconds")
      .help("Time from a change of an image, or of its pods, until somebody looks at it; on the leader.")
      .classicUpperBounds(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60).classicOnly()
      .register(registry);
  private final Counter calls = Counter.builder().name(PREFIX + "api_requests")
      .help("Requests to the Kubernetes API, without those of the leader's lease.")
      .labelNames("verb", "resource").register(registry);
  private final Counter copies = Counter.builder().name(PREFIX + "image_copies")
      .help("Ended copies, by outcome.")
      .labelNames("outcome").register(registry);
  private final Counter cached = Counter.builder().name(PREFIX + "image_put_in_cache")
      .help("Images that a copy put into the cache.").register(registry);
  private final Counter removed = Counter.builder().name(PREFIX + "image_removed_from_cache")
      .help("Tags deleted from the cache, by reason: Expired, Deleted (a CachedImage was), Orphaned.")
      .labelNames("reason").register(registry);
  private final Counter refreshes = Counter.builder().name(PREFIX + "image_refreshes")
      .help("Questions to registries whether a cached tag has moved, by result.").labelNames("result")
      .register(registry);
  private final Counter lost = Counter.builder().name(PREFIX + "lost_images")
      .help("Images that were cached, and that the cache registry no longer had.").register(registry);
  private final Counter collections = Counter.builder().name(PREFIX + "garbage_collections")
      .help("Garbage collections that ended, or were refused, by result.").labelNames("result")
      .register(registry);
  private final Counter reclaimed = Counter.builder().name(PREFIX + "garbage_collection_reclaimed_bytes")
      .help("Bytes of the cache's volume that garbage collections freed.").register(registry);
  private final Counter healed = Counter.builder().name(PREFIX + "healed_images")
      .help("Images of waiting containers that got their original name back, by why; Back: and ours again.")
      .labelNames("reason").register(registry);
  private final Counter doubted = Counter.builder().name(PREFIX + "doubted_nodes")
      .help("Nodes whose pods found no proxy although it was proven, by what followed.").labelNames("result")
      .register(registry);
  private final Gauge leader = Gauge.builder().name(PREFIX + "is_leader").help("1 on the replica that acts.")
      .register(registry);

  /** Registers what is known from the start. */
  public ControllerMetrics() {
    Gauge.builder().name(PREFIX + "up").help("1 while the controller runs.").register(registry).set(1);
    leader.set(0);
    List.of("Succeeded", "Failed", "Refused").forEach(collections::initLabelValues);
    List.of("Expired", "Deleted", ORPHANED).forEach(removed::initLabelValues);
    List.of("Changed", "Unchanged").forEach(refreshes::initLabelValues);
    List.of("TakenBack", "LookedAgain").forEach(doubted::initLabelValues);
    for (CopyOutcome outcome : CopyOutcome.values()) {
      copies.initLabelValues(outcome.reason());
    }
  }

  /** Asks for these numbers at each scrape. */
  public void watch(IntSupplier cachedImages, IntSupplier missingImages,
      Supplier<Optional<String>> obstacle) {
    GaugeWithCallback.builder().name(PREFIX + "cached_images")
        .help("CachedImages, by whether they are in the cache.")
        .labelNames("cached").callback(c -> {
          c.call(cachedImages.getAsInt(), "true");
          c.call(missingImages.getAsInt(), "false");
        }).register(registry);
    GaugeWithCallback.builder().name(PREFIX + "armed")
        .help("1 while pods may be rewritten, 0 with the reason while they may not.").labelNames("reason")
        .callback(c -> {
          Optional<String> why = obstacle.get();
          c.call(why.isEmpty() ? 1 : 0, why.orElse("none"));
        }).register(registry);
  }

  /** Asks for the number of registries that are left alone at each scrape. */
  public void watchPauses(IntSupplier paused) {
    GaugeWithCallback.builder().name(PREFIX + "paused_registries")
        .help("Registries that no copy is started from for now; on the leader.")
        .callback(c -> c.call(paused.getAsInt())).register(registry);
  }

  /** Asks whether garbage is being collected at each scrape. */
  public void watchCollection(BooleanSupplier atWork) {
    GaugeWithCallback.builder().name(PREFIX + "garbage_collection_running")
        .help(
            "1 while garbage is collected, copies are paused and the registry may be stopped; on the leader.")
        .callback(c -> c.call(atWork.getAsBoolean() ? 1 : 0)).register(registry);
  }

  /** Counts a garbage collection, and the bytes that it freed. */
  public void collectionEnded(String result, long bytes) {
    collections.labelValues(result).inc();
    reclaimed.inc(bytes);
  }

  /** Counts an image of a reviewed pod. */
  public void imageReviewed(String result) {
    images.labelValues(result).inc();
  }

  /** Counts a review that failed. */
  public void reviewFailed() {
    failures.inc();
  }

  /** Counts a review, and the seconds that it took. */
  public void reviewed(double seconds) {
    reviews.observe(seconds);
  }

  /** Counts a look at an image, and how long it was waited for. */
  public void waited(Duration time) {
    waits.observe(time.toNanos() / 1e9);
  }

  /** Counts a request to the Kubernetes API. */
  public void called(String verb, String resource) {
    calls.labelValues(verb, resource).inc();
  }

  /** Counts an ended copy. */
  public void copyEnded(CopyOutcome outcome) {
    copies.labelValues(outcome.reason()).inc();
    if (outcome.cached()) {
      cached.inc();
    }
  }

  /** Counts a tag that was deleted, and why. */
  public void tagDeleted(String reason) {
    removed.labelValues(reason).inc();
  }

  /** Counts tags that no CachedImage named. */
  public void orphansDeleted(int count) {
    removed.labelValues(ORPHANED).inc(count);
  }

  /** Counts a registry's answer to a refresh. */
  public void refreshed(String result) {
    refreshes.labelValues(result).inc();
  }

  /** Counts an image that was found to be missing in the cache. */
  public void imageLost() {
    lost.inc();
  }

  /** Counts an image whose name was changed because it could not be pulled. */
  public void healed(String reason) {
    healed.labelValues(reason).inc();
  }

  /** Counts a doubt about a node, by what followed. */
  public void doubted(String result) {
    doubted.labelValues(result).inc();
  }

  /** Says whether this replica leads. */
  public void leading(boolean leads) {
    leader.set(leads ? 1 : 0);
  }

  /** All metrics in the text format. */
  public byte[] text() throws IOException {
    var out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
    return out.toByteArray();
  }
}
