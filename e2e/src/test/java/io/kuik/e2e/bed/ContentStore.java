package io.kuik.e2e.bed;

import java.util.List;

/** What a node's containerd has on its disk. */
public final class ContentStore {
  private static final String BLOBS = "/var/lib/containerd/io.containerd.content.v1.content/blobs/sha256";
  /** A blob may go while it is read: images that nobody names are collected. */
  private static final String HASHES = "cd " + BLOBS
      + " && for f in *; do sha256sum $f 2> /dev/null || :; done";

  private ContentStore() {
  }

  /** Blobs that are not what their names say. */
  public static List<String> wrong(String node) {
    List<String> lines = lines(node);
    if (lines.isEmpty()) {
      throw new AssertionError(node + " has no blobs in " + BLOBS);
    }
    return lines.stream().filter(l -> !l.substring(0, 64).equals(l.substring(66).strip())).toList();
  }

  private static List<String> lines(String node) {
    return Bed.run("nodex", node, "sh", "-c", HASHES).lines().filter(l -> l.length() > 66).toList();
  }
}
