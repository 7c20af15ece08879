package io.kuik.e2e.story;

import io.kuik.e2e.bed.Bed;

/**
 * Blobs on the cache's volume that no image has. The collector of a small cache lives for some 50 ms; with
 * these it has work for about a second, and can be met in the middle of it.
 */
final class Litter {
  private static final int BLOBS = 5000;
  private static final String FOLDER = Garbage.FOLDER + "/docker/registry/v2/blobs/sha256/00";
  /** For everybody to remove: the collector is not root. */
  private static final String SCRIPT = """
      umask 0
      mkdir -p %1$s
      cd %1$s
      names() { seq 1 %2$d | awk '{ printf "%%064d\\n", $1 }'; }
      names | xargs mkdir -p
      names | sed 's,$,/data,' | xargs touch
      """.formatted(FOLDER, BLOBS);

  private Litter() {
  }

  /** As many as the next collection is to remove, whatever the last one has left. */
  static void drop() {
    Bed.run("nodex", "n1", "sh", "-ec", SCRIPT);
  }

  /** Removes what is left. */
  static void sweep() {
    Bed.run("nodex", "n1", "sh", "-c", "rm -rf " + FOLDER + "/00000000*");
  }
}
