package io.kuik.cacheworker.copy;

import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;

/**
 * An image that is in the cache.
 *
 * @param outcome
 *          whether this run had anything to do
 */
public record CopyResult(CopyOutcome outcome, Digest digest, long size, long movedBytes) {
}
