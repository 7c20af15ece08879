package io.kuik.controller.pod;

import java.util.List;
import java.util.Locale;

/**
 * Tells by a kubelet's or a runtime's words that a pull failed for reasons of the node's own: neither another
 * name of the image nor another way to it would help.
 */
public final class NodeTrouble {
  private static final List<String> WORDS = List.of("pull qps exceeded", "no space left on device",
      "no match for platform", "failed to extract layer", "disk quota exceeded", "too many open files");

  private NodeTrouble() {
  }

  /** Whether the message says so. */
  public static boolean in(String message) {
    String said = message.toLowerCase(Locale.ROOT);
    return WORDS.stream().anyMatch(said::contains);
  }
}
