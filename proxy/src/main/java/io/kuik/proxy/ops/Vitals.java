package io.kuik.proxy.ops;

import io.kuik.proxy.breaker.BreakerState;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What can be seen of the running proxy beside its requests.
 *
 * @param inFlight
 *          requests that are running
 * @param breakers
 *          how registries are treated
 * @param joined
 *          requests that were answered by another one's download
 * @param fellBehind
 *          clients that fell behind a shared download
 * @param resumed
 *          bodies whose rest was had by another request
 * @param held
 *          bytes in the windows of shared downloads
 */
public record Vitals(IntSupplier inFlight, Supplier<List<BreakerState>> breakers, LongSupplier joined,
    LongSupplier fellBehind, LongSupplier resumed, LongSupplier held) {
}
