package io.kuik.registry;

import io.kuik.model.Digest;

/** A manifest as the registry sent it: never parsed and written again, or its digest would change. */
public final class Manifest {
  private final byte[] bytes;
  private final String mediaType;
  private final Digest digest;

  /** Keeps the array itself; nobody writes to it. */
  public Manifest(byte[] bytes, String mediaType, Digest digest) {
    this.bytes = bytes;
    this.mediaType = mediaType;
    this.digest = digest;
  }

  /** The exact bytes; not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** The Content-Type that they came with. */
  public String mediaType() {
    return mediaType;
  }

  /** The digest of the bytes, checked. */
  public Digest digest() {
    return digest;
  }
}
