package io.kuik.proxy.ops;

import io.kuik.proxy.breaker.BreakerState;
import io.kuik.proxy.breaker.BreakerState.State;
import io.kuik.proxy.stream.Counts;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What operators can see of the registries that are asked, and of the requests that are shared. */
final class RegistryMetrics {
  private RegistryMetrics() {
  }

  static void register(PrometheusRegistry registry, String prefix, Supplier<List<BreakerState>> breakers,
      Counts counts, LongSupplier held) {
    GaugeWithCallback.builder().name(prefix + "registry_left_alone")
        .help("1 while a registry that failed is left alone, or is being tried again.")
        .labelNames("endpoint")
        .callback(c -> breakers.get().forEach(b -> c.call(b.state() == State.CLOSED ? 0 : 1, b.endpoint())))
        .register(registry);
    GaugeWithCallback.builder().name(prefix + "shared_window_bytes").unit(Unit.BYTES)
        .help("Memory of downloads that several clients share.")
        .callback(c -> c.call((double) held.getAsLong()))
        .register(registry);
    CounterWithCallback.builder().name(prefix + "shared_answers")
        .help("Requests that were answered by another one's request to the upstream.")
        .callback(c -> c.call((double) counts.joined())).register(registry);
    CounterWithCallback.builder().name(prefix + "fallen_behind")
        .help("Clients that fell behind a shared download, and went on by a request of their own.")
        .callback(c -> c.call((double) counts.fellBehind())).register(registry);
    CounterWithCallback.builder().name(prefix + "resumed_blobs")
        .help("How often the rest of a blob that broke off was had by another request.")
        .callback(c -> c.call((double) counts.resumed())).register(registry);
  }
}
