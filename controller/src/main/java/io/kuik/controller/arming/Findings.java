package io.kuik.controller.arming;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Stream;

/**
 * What canaries came to, until it is written down: it is judged once, so that whatever fails meanwhile must
 * not lose it. Events about it come last, for nothing depends on them.
 */
final class Findings {
  /** Failures that are written down: one is enough to know why, and a ConfigMap has a limit. */
  private static final int WRITTEN_FAILURES = 20;

  private final ArmingStore store;
  private final Map<String, Optional<NodeWord>> words = new HashMap<>();
  private final Queue<Runnable> events = new ArrayDeque<>();

  Findings(ArmingStore store) {
    this.store = store;
  }

  /** Has it written down; an empty word is forgotten. */
  void word(String node, Optional<NodeWord> word) {
    words.put(node, word);
  }

  /** Whether a failure may be written down; without its word a node is unproven as well. */
  boolean room() {
    return Stream
        .concat(store.proofs().words().values().stream(), words.values().stream().flatMap(Optional::stream))
        .filter(w -> w instanceof NodeWord.Failed f && f.reason() != Obstacle.Reason.TAKES_NO_PODS)
        .count() < WRITTEN_FAILURES;
  }

  /** Has whoever looks at the proxy's pod told. */
  void event(Node node, boolean warning, String reason, String message) {
    Optional.ofNullable(store.proxies().get(node.name()))
        .ifPresent(p -> events.add(() -> store.event(p, warning, reason, message)));
  }

  /** What can't be written down now stays for the next time. */
  void write() {
    if (!words.isEmpty()) {
      store.remember(Map.copyOf(words));
      words.clear();
    }
    for (Runnable event = events.poll(); event != null; event = events.poll()) {
      event.run();
    }
  }
}
