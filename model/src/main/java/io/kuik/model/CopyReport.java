package io.kuik.model;

/**
 * What a worker says at its end, as JSON in its termination message (at most 4096 bytes, the kubelet's
 * limit).
 *
 * @param outcome
 *          a {@link CopyOutcome#reason()}
 * @param image
 *          the canonical reference that was copied
 * @param location
 *          repository and tag in the cache, such as {@code docker.io/library/nginx:latest}; empty if nothing
 *          was stored
 * @param digest
 *          digest of the manifest or index behind the tag; empty if it was never learnt
 * @param size
 *          bytes of all manifests and blobs of the copied platforms
 * @param movedBytes
 *          bytes that this run moved; the rest was there already
 * @param message
 *          one sentence for the user: what was tried, on what, why it failed, what to do
 */
public record CopyReport(String outcome, String image, String location, String digest, long size,
    long movedBytes,
    String message) {
}
