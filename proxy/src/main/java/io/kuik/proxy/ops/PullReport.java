package io.kuik.proxy.ops;

import io.kuik.model.ImageReference;
import java.time.Duration;
import java.util.Optional;

/**
 * What became of one pull request.
 *
 * @param kind
 *          manifest, blob or invalid
 * @param source
 *          cache, upstream or none
 * @param cut
 *          why the connection was cut, or empty
 * @param note
 *          what went wrong on the way, or empty
 */
public record PullReport(String method, Optional<ImageReference> image, String kind, String source,
    int status, long bytes, Duration took, String client, String cut, String note) {
}
