package io.kuik.proxy.canary;

import java.nio.charset.StandardCharsets;

/** A layer with one file that may be executed: an archive as POSIX has it (ustar), not compressed. */
final class TarLayer {
  private static final int BLOCK = 512;
  private static final int CHECKSUM = 148;
  private static final int CHECKSUM_LENGTH = 8;

  private TarLayer() {
  }

  static byte[] of(String file, byte[] content) {
    int blocks = (content.length + BLOCK - 1) / BLOCK;
    // After the file, two blocks of zeros are the end of the archive.
    byte[] tar = new byte[BLOCK * (1 + blocks + 2)];
    put(tar, 0, file);
    put(tar, 100, "0000755\0" + "0000000\0" + "0000000\0" + String.format("%011o\0", content.length)
        + "00000000000\0");
    put(tar, CHECKSUM, " ".repeat(CHECKSUM_LENGTH) + "0");
    put(tar, 257, "ustar\00000");
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += tar[i] & 0xff;
    }
    put(tar, CHECKSUM, String.format("%06o\0 ", sum));
    System.arraycopy(content, 0, tar, BLOCK, content.length);
    return tar;
  }

  private static void put(byte[] into, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, into, at, bytes.length);
  }
}
