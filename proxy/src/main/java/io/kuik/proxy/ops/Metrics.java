package io.kuik.proxy.ops;

import io.kuik.proxy.breaker.BreakerState;
import io.kuik.proxy.stream.Counts;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What operators can count of the pulls; names and labels of v1 where it had them. */
public final class Metrics implements Consumer<PullReport> {
  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;
  private static final String PREFIX = "kube_image_keeper_proxy_";
  /** Anybody on the node can name a registry; a label for each would be a way to fill memory. */
  private static final int REGISTRIES = 100;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
  private final Set<String> registries = ConcurrentHashMap.newKeySet();
  private final Counter requests = Counter.builder().name(PREFIX + "http_requests")
      .help("Pull requests by upstream registry, status and whether the cache served them.")
      .labelNames("registry", "statusCode", "cacheHit").register(registry);
  private final Counter pulls = Counter.builder().name(PREFIX + "pulls")
      .help("Pull requests by upstream registry, class of status, source, and why the cache did not serve.")
      .labelNames("registry", "status", "source", "miss").register(registry);
  private final Counter bytes = Counter.builder().name(PREFIX + "sent_bytes").unit(Unit.BYTES)
      .help("Bytes of manifests and blobs sent to clients, by where they came from.").labelNames("source")
      .register(registry);
  private final Counter cuts = Counter.builder().name(PREFIX + "cut_responses")
      .help("Responses whose connection was cut before their end, by reason.").labelNames("reason")
      .register(registry);
  private final Histogram seconds = Histogram.builder().name(PREFIX + "request_duration_seconds")
      .unit(Unit.SECONDS).help("Time from a request to the last byte of its response.")
      .labelNames("kind", "source").classicOnly()
      .classicUpperBounds(0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 120).register(registry);

  /** {@code inFlight} says how many pulls are running, {@code successes} when the last ones went well. */
  public Metrics(String version, IntSupplier inFlight, LastSuccess successes) {
    Info.builder().name(PREFIX + "build_info").help("The version that runs.").labelNames("version")
        .register(registry).setLabelValues(version);
    GaugeWithCallback.builder().name(PREFIX + "requests_in_flight").help("Pull requests that are running.")
        .callback(c -> c.call(inFlight.getAsInt())).register(registry);
    GaugeWithCallback.builder().name(PREFIX + "last_success_timestamp_seconds").unit(Unit.SECONDS)
        .help("When a request was last answered whole, by where from.").labelNames("source")
        .callback(c -> List.of("cache", "upstream")
            .forEach(s -> successes.of(s).ifPresent(t -> c.call(t.toEpochMilli() / 1e3, s))))
        .register(registry);
  }

  /** Shows how registries are treated too, and what was shared. */
  public void watch(Supplier<List<BreakerState>> breakers, Counts counts, LongSupplier held) {
    RegistryMetrics.register(registry, PREFIX, breakers, counts, held);
  }

  @Override
  public void accept(PullReport pull) {
    String name = registry(pull);
    String hit = String.valueOf(pull.source().equals("cache"));
    requests.labelValues(name, String.valueOf(pull.status()), hit).inc();
    pulls.labelValues(name, pull.status() / 100 + "xx", pull.source(), pull.miss()).inc();
    bytes.labelValues(pull.source()).inc(pull.bytes());
    seconds.labelValues(pull.subject().kind(), pull.source()).observe(pull.took().toNanos() / 1e9);
    if (!pull.cut().isEmpty()) {
      cuts.labelValues(pull.cut()).inc();
    }
  }

  /** Only registries that served something get a label of their own, and only so many. */
  private String registry(PullReport pull) {
    String name = pull.subject().registry();
    boolean served = !pull.source().equals("none") && registries.size() < REGISTRIES;
    if (served) {
      registries.add(name);
    }
    return name.equals("none") || registries.contains(name) ? name : "other";
  }

  /** Writes all of them in Prometheus' text format. */
  public void write(OutputStream out) throws IOException {
    writer.write(out, registry.scrape());
  }
}
