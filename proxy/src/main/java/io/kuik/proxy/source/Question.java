package io.kuik.proxy.source;

import io.kuik.proxy.request.PullRequest.ImageRead;
import io.kuik.proxy.request.Wanted;
import java.time.Duration;

/**
 * What a source has a registry asked for.
 *
 * @param asked
 *          who is asked, for messages
 * @param within
 *          the time for a manifest to be here, or for a blob to begin
 */
record Question(ImageRead read, Wanted wanted, String asked, Duration within) {
}
