package io.kuik.proxy.stream;

import io.kuik.model.Digest;
import java.security.MessageDigest;

/** The hash over the bytes of a blob so far; it can be split where two go on by different ways. */
final class Proof {
  private final Digest expected;
  private final MessageDigest hash;

  /** Over no bytes yet. */
  Proof(Digest expected) {
    this(expected, expected.hasher());
  }

  private Proof(Digest expected, MessageDigest hash) {
    this.expected = expected;
    this.hash = hash;
  }

  void add(byte[] bytes, int offset, int length) {
    hash.update(bytes, offset, length);
  }

  /** One that goes on from here by itself. */
  Proof fork() {
    try {
      return new Proof(expected, (MessageDigest) hash.clone());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's SHA-256 and SHA-512 can be copied", e);
    }
  }

  /** Ends it. */
  void finish() throws WrongBytesException {
    if (!expected.matches(hash.digest())) {
      throw new WrongBytesException(expected);
    }
  }
}
