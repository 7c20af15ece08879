package io.kuik.proxy.serve;

/**
 * How a response went.
 *
 * @param bytes
 *          of the body that the client got
 */
public record Transfer(int status, long bytes, End end) {
  /** How a body ended; all but the first cut the connection, so that the client can't take it for whole. */
  public enum End {
    /** All of it was sent. */
    WHOLE,
    /** The client went away. */
    CLIENT_GONE,
    /** The registry's bytes ended before they were all there. */
    SOURCE_CUT,
    /** The registry's bytes are not those of the digest. */
    WRONG_BYTES
  }
}
