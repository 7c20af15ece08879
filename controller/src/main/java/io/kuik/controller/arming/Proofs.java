package io.kuik.controller.arming;

import com.google.gson.JsonObject;
import io.kuik.controller.arming.Obstacle.Reason;
import io.kuik.controller.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of the nodes, by name: the content of a ConfigMap, so that every replica knows it, a restart
 * forgets nothing, and people can read it.
 */
public record Proofs(Map<String, NodeWord> words) {
  /** Nothing is known. */
  public static final Proofs NONE = new Proofs(Map.of());

  /** Copies the map. */
  public Proofs {
    words = Map.copyOf(words);
  }

  /** Reads the ConfigMap. */
  public static Proofs of(JsonObject configMap) {
    var words = new LinkedHashMap<String, NodeWord>();
    Json.strings(configMap, "data")
        .forEach((node, text) -> NodeWord.parse(text).ifPresent(w -> words.put(node, w)));
    return new Proofs(words);
  }

  /** What was said of this node, if it was of this very node and port. */
  Optional<NodeWord> of(Node node, int port) {
    return Optional.ofNullable(words.get(node.name())).filter(w -> w.about(node, port));
  }

  /** Why names can't be rewritten for this node; empty if they can. */
  public Optional<Obstacle> obstacle(Node node, int port) {
    Optional<NodeWord> word = of(node, port);
    if (word.isEmpty()) {
      return Optional.of(new Obstacle(Reason.PENDING, "a canary has yet to prove that the container runtime"
          + " of node " + node.name() + " reaches its proxy at localhost:" + port));
    }
    return switch (word.get()) {
      case NodeWord.Proven _ -> Optional.empty();
      case NodeWord.Failed f -> Optional
          .of(new Obstacle(f.reason(), sentence(node.name(), port, f) + " (since " + f.since() + ")"));
    };
  }

  static String sentence(String node, int port, NodeWord.Failed failed) {
    String what = switch (failed.reason()) {
      case FAILED -> "the container runtime of node " + node + " can't pull from its proxy at localhost:"
          + port;
      case DOUBTED -> "the container runtime of node " + node + " has lost the way to its proxy at localhost:"
          + port + ", which was proven before";
      case TAKES_NO_PODS -> "the canary that was to prove node " + node + " was refused, as any pod is there";
      case REFUSED -> "the canary that was to prove node " + node + " was refused";
      case STARTING, NO_PROXY, PENDING, STUCK -> "the canary that was to prove node " + node + " got nowhere";
    };
    return what + ": " + failed.message();
  }
}
