package io.kuik.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A content digest of the OCI image spec, such as {@code sha256:e3b0...}; only sha256 and sha512 are
 * registered there.
 */
public record Digest(String algorithm, String hex) {
  private static final Pattern SHA256 = Pattern.compile("[a-f0-9]{64}");
  private static final Pattern SHA512 = Pattern.compile("[a-f0-9]{128}");

  /** Checks both parts. */
  public Digest {
    boolean valid = switch (algorithm) {
      case "sha256" -> SHA256.matcher(hex).matches();
      case "sha512" -> SHA512.matcher(hex).matches();
      default -> throw new InvalidReferenceException(algorithm + ":" + hex,
          "the digest algorithm must be sha256 or sha512");
    };
    if (!valid) {
      throw new InvalidReferenceException(algorithm + ":" + hex,
          "the digest must be lower-case hexadecimal of the algorithm's length");
    }
  }

  /** Reads {@code algorithm:hex}. */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new InvalidReferenceException(text, "a digest must look like sha256:<64 hexadecimal digits>");
    }
    return new Digest(text.substring(0, colon), text.substring(colon + 1));
  }

  /** The sha256 digest of these bytes. */
  public static Digest sha256(byte[] bytes) {
    return new Digest("sha256", HexFormat.of().formatHex(hasher("sha256").digest(bytes)));
  }

  /** A hash function for streaming; finish it with {@link #matches}. */
  public MessageDigest hasher() {
    return hasher(algorithm);
  }

  /** Whether the finished hash is this digest. */
  public boolean matches(byte[] hash) {
    return HexFormat.of().formatHex(hash).equals(hex);
  }

  private static MessageDigest hasher(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm.equals("sha512") ? "SHA-512" : "SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256 and SHA-512", e);
    }
  }

  /**
   * Written out, as below: what the JVM makes for a record is made anew in each process, 20 ms of a short
   * Job.
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof Digest d && d.hex.equals(hex) && d.algorithm.equals(algorithm);
  }

  @Override
  public int hashCode() {
    return hex.hashCode();
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }
}
