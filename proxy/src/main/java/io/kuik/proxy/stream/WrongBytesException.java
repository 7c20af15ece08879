package io.kuik.proxy.stream;

import io.kuik.model.Digest;
import java.io.IOException;

/** A registry's bytes are not those of the digest; thrown before the last of them is handed out. */
public final class WrongBytesException extends IOException {
  private static final long serialVersionUID = 1L;

  WrongBytesException(Digest digest) {
    super("the bytes are not those of " + digest);
  }
}
