package io.kuik.gcworker.volume;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A folder laid out as the registry does it. */
public final class VolumeFolder {
  private final Path root;

  /** Below this folder. */
  public VolumeFolder(Path data) {
    this.root = data.resolve("docker/registry/v2");
  }

  /** Stores a blob and gives its digest. */
  public String blob(String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    String digest = "sha256:" + HexFormat.of().formatHex(sha256(bytes));
    Path file = blobFile(digest);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
    return digest;
  }

  /** Where a blob is. */
  public Path blobFile(String digest) {
    String hex = digest.substring(digest.indexOf(':') + 1);
    return root.resolve("blobs/sha256").resolve(hex.substring(0, 2)).resolve(hex).resolve("data");
  }

  /** Has a tag name a manifest, and gives the manifest's digest. */
  public String tag(String repository, String tag, String digest) throws IOException {
    Path link = link(repository, tag);
    Files.createDirectories(link.getParent());
    Files.writeString(link, digest);
    return digest;
  }

  /** Where a tag names its manifest. */
  public Path link(String repository, String tag) {
    return root.resolve("repositories").resolve(repository).resolve("_manifests/tags").resolve(tag)
        .resolve("current/link");
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
