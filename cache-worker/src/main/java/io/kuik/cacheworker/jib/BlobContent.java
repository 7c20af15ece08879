package io.kuik.cacheworker.jib;

import java.io.IOException;
import java.io.OutputStream;

/** The bytes of a blob, streamed into an upload. */
public interface BlobContent {
  /**
   * Writes all bytes; where the content hashes them itself, they are then known to be those of the blob's
   * digest.
   *
   * @throws IOException
   *           only of {@code out}; what fails at the source is unchecked and passes through the upload
   */
  void writeTo(OutputStream out) throws IOException;
}
