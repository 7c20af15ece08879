package io.kuik.proxy.ops;

import io.kuik.proxy.breaker.BreakerState;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * What can be seen of the running proxy beside its requests.
 *
 * @param inFlight
 *          requests that are running
 * @param breakers
 *          how registries are treated
 */
public record Vitals(IntSupplier inFlight, Supplier<List<BreakerState>> breakers) {
}
