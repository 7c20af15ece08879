package io.kuik.proxy.canary;

import io.kuik.proxy.source.Body;
import java.io.ByteArrayInputStream;

/** Bytes that are in memory already. */
final class BytesBody implements Body {
  private final ByteArrayInputStream in;

  BytesBody(byte[] bytes) {
    in = new ByteArrayInputStream(bytes);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    return in.read(buffer, offset, length);
  }

  @Override
  public void close() {
    // Memory needs no closing.
  }
}
