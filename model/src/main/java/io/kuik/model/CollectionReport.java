package io.kuik.model;

/**
 * What a step of a garbage collection says at its end, as JSON in its termination message.
 *
 * @param step
 *          stop or restore
 * @param blobsBefore
 *          files of layers, configurations and manifests before the collection
 * @param blobsAfter
 *          the same after it
 * @param brokenTags
 *          tags whose manifest the collection took away; never more than none
 * @param stoppedSeconds
 *          for how long the registry was away
 * @param message
 *          one sentence: what was done, or what was tried, why it failed and what happens now
 */
public record CollectionReport(String step, long blobsBefore, long bytesBefore, long blobsAfter,
    long bytesAfter, long brokenTags, long stoppedSeconds, String message) {

  /** The report of a step that has no figures. */
  public static CollectionReport of(String step, String message) {
    return new CollectionReport(step, 0, 0, 0, 0, 0, 0, message);
  }

  /** Bytes that are free again. */
  public long reclaimed() {
    return Math.max(0, bytesBefore - bytesAfter);
  }
}
