package io.kuik.proxy.source;

import java.io.IOException;

/** The bytes of a blob on their way to a client. */
public interface Body extends AutoCloseable {
  /** Bytes that a read takes at most; measured: larger ones are no faster, smaller ones are slower. */
  int PIECE = 64 << 10;

  /**
   * Reads some bytes into the buffer, or returns -1 at the end.
   *
   * @throws IOException
   *           if the rest can't be had
   */
  int read(byte[] buffer, int offset, int length) throws IOException;

  /** Gives it back: a connection that was read to its end is used again, another one is ended. */
  @Override
  void close();
}
