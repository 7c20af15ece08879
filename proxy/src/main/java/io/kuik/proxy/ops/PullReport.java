package io.kuik.proxy.ops;

import io.kuik.model.RewrittenName;
import java.time.Duration;

/**
 * What became of one pull request.
 *
 * @param source
 *          cache, upstream, proxy (its own image) or none
 * @param miss
 *          in a word why the cache did not serve it, or none
 * @param cut
 *          why the connection was cut, or empty
 * @param note
 *          what went wrong on the way, or empty
 */
public record PullReport(String method, Subject subject, String source, String miss, int status, long bytes,
    Duration took,
    String client, String cut, String note) {
  /**
   * What was asked for.
   *
   * @param kind
   *          manifest, blob, tags, referrers, canary or invalid
   * @param registry
   *          that the image is from, or none
   * @param name
   *          of the image or repository, or a dash
   */
  public record Subject(String kind, String registry, String name) {
    /** Of the proxy's own image, whose pulls say nothing of any registry. */
    public static final Subject CANARY = new Subject("canary", "none", RewrittenName.CANARY);
    /** Of a request that names no image. */
    public static final Subject NONE = new Subject("invalid", "none", "-");
  }
}
