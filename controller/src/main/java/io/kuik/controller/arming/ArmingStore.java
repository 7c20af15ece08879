package io.kuik.controller.arming;

import com.google.gson.JsonObject;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** The cluster, as far as arming goes. */
public interface ArmingStore {
  /** A proxy's pod that is Ready, and the revision of the template that it was made from. */
  record Proxy(String pod, String uid, String revision) {
  }

  /** Whether everything below is known already. */
  boolean known();

  /** Counts whatever may change one of the answers below. */
  long changes();

  /** Whether there are to be canaries at all. */
  boolean wanted();

  /** All nodes. */
  Collection<Node> nodes();

  /** The Ready proxies, by the node that they run on. */
  Map<String, Proxy> proxies();

  /** The canaries that are there. */
  Collection<CanaryPod> canaries();

  /** What is known of the nodes. */
  Proofs proofs();

  /** Why nothing may be rewritten. */
  Optional<Obstacle> obstacle();

  /** What canaries go with: an owner reference. */
  JsonObject owner();

  /** Creates a canary; returns why the cluster refuses it, if so. One that is there already stays. */
  Optional<String> create(JsonObject pod);

  /** Deletes a canary. */
  void delete(CanaryPod pod);

  /** Writes down what is known of nodes; an empty word is forgotten. */
  void remember(Map<String, Optional<NodeWord>> words);

  /** Tells whoever looks at a proxy's pod what its node's canary came to, if that can be told. */
  void event(Proxy proxy, boolean warning, String reason, String message);
}
