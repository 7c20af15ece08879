package io.kuik.proxy;

import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * An image that its clients unpack and find whole: one layer with one file, a config, a manifest, an index.
 */
final class RealImage {
  private static final int BLOCK = 512;
  private static final int CONTENT = 300 * BLOCK;

  final byte[] layer;
  final byte[] config;
  final String manifest;

  RealImage() {
    byte[] tar = tar();
    layer = gzip(tar);
    config = """
        {"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["%s"]},
        "history":[{"created_by":"a test"}]}""".formatted(Digest.sha256(tar))
        .getBytes(StandardCharsets.UTF_8);
    manifest = """
        {"schemaVersion":2,"mediaType":"%s",
         "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},
         "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":%d}]}"""
        .formatted(ManifestType.OCI_MANIFEST, Digest.sha256(config), config.length, Digest.sha256(layer),
            layer.length);
  }

  String index() {
    return """
        {"schemaVersion":2,"mediaType":"%s","manifests":[{"mediaType":"%s","digest":"%s","size":%d,
         "platform":{"os":"linux","architecture":"amd64"}}]}"""
        .formatted(ManifestType.OCI_INDEX, ManifestType.OCI_MANIFEST,
            Digest.sha256(manifest.getBytes(StandardCharsets.UTF_8)), manifest.length());
  }

  /** A header, a file, and the two empty blocks of the end. */
  private static byte[] tar() {
    byte[] tar = new byte[BLOCK + CONTENT + 2 * BLOCK];
    put(tar, 0, "file");
    put(tar, 100, "0000644\0" + "0000000\0" + "0000000\0" + String.format("%011o", CONTENT) + "\0"
        + "00000000000\0" + "        0");
    put(tar, 257, "ustar\00000");
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += tar[i];
    }
    put(tar, 148, String.format("%06o", sum) + "\0 ");
    byte[] content = new byte[CONTENT];
    new Random(11).nextBytes(content);
    System.arraycopy(content, 0, tar, BLOCK, CONTENT);
    return tar;
  }

  private static void put(byte[] tar, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, tar, at, bytes.length);
  }

  private static byte[] gzip(byte[] bytes) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
