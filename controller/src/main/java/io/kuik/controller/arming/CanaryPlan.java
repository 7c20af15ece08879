package io.kuik.controller.arming;

import io.kuik.controller.arming.ArmingStore.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is to be done about canaries: values in, steps out. */
final class CanaryPlan {
  /** Canaries at once: an install of a thousand nodes is through in a minute or two. */
  static final int AT_ONCE = 50;
  /** Of nodes that are proven, and are only looked at again. */
  static final int AGAIN_AT_ONCE = 5;
  /** What was proven is proven again after that: a node's runtime may have been set up anew. */
  static final Duration AGE = Duration.ofHours(24);

  /** Something to do. */
  sealed interface Step {
  }

  /** Bind a canary to this node. */
  record Create(Node node, Proxy proxy) implements Step {
  }

  /** Take away a canary that says nothing any more. */
  record Delete(CanaryPod pod) implements Step {
  }

  /** Believe a canary. */
  record Judge(CanaryPod pod, Node node, Verdict verdict) implements Step {
  }

  /** Forget a node that is gone. */
  record Forget(String node) implements Step {
  }

  /**
   * The next try on a node whose last one came to nothing.
   *
   * @param proxy
   *          UID of the proxy's pod that it was about: another one is tried at once
   */
  record Pause(String proxy, Instant until) {
    boolean over(Proxy now, Instant time) {
      return !time.isBefore(until) || !now.uid().equals(proxy);
    }
  }

  /**
   * All that is known.
   *
   * @param judged
   *          UIDs of canaries that were judged, and are still going
   * @param again
   *          names of nodes that are worth another look, however fresh their proofs
   * @param pauses
   *          by node
   */
  record Known(Collection<Node> nodes, Map<String, Proxy> proxies, Collection<CanaryPod> canaries,
      Proofs proofs, Set<String> judged, Set<String> again, Map<String, Pause> pauses, int port,
      Instant now) {
  }

  private final Known known;
  private final Map<String, Node> nodes = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();

  private CanaryPlan(Known known) {
    this.known = known;
    known.nodes().forEach(n -> nodes.put(n.name(), n));
  }

  /** The steps, in the order to take them. */
  static List<Step> of(Known known) {
    var plan = new CanaryPlan(known);
    known.canaries().forEach(plan::look);
    plan.begin();
    known.proofs().words().keySet().stream().filter(n -> !plan.nodes.containsKey(n)).sorted()
        .forEach(n -> plan.steps.add(new Forget(n)));
    return List.copyOf(plan.steps);
  }

  private void look(CanaryPod pod) {
    if (pod.terminating()) {
      return;
    }
    Node node = nodes.get(pod.node());
    if (node == null || !meant(pod, node) || known.judged().contains(pod.uid())) {
      steps.add(new Delete(pod));
      return;
    }
    Verdict verdict = Verdict.of(pod, known.now());
    if (!(verdict instanceof Verdict.Waiting)) {
      steps.add(new Judge(pod, node, verdict));
      steps.add(new Delete(pod));
    }
  }

  /** A node or a port may have become another one since. */
  private boolean meant(CanaryPod pod, Node node) {
    return node.counts() && node.uid().equals(pod.nodeUid()) && pod.port() == known.port();
  }

  private void begin() {
    var taken = new HashSet<String>();
    known.canaries().forEach(p -> taken.add(p.node()));
    List<Node> free = known.nodes().stream().filter(Node::counts).filter(n -> !taken.contains(n.name()))
        .filter(this::due).sorted(Comparator.comparing(Node::name)).toList();
    int room = Math.max(0, AT_ONCE - taken.size());
    List<Node> first = free.stream().filter(n -> !proven(n)).limit(room).toList();
    first.forEach(this::create);
    free.stream().filter(this::proven)
        .limit(Math.max(0, AGAIN_AT_ONCE - taken.size() - first.size())).forEach(this::create);
  }

  private void create(Node node) {
    Optional.ofNullable(known.proxies().get(node.name())).ifPresent(p -> steps.add(new Create(node, p)));
  }

  private boolean proven(Node node) {
    return known.proofs().of(node, known.port()).filter(w -> w instanceof NodeWord.Proven).isPresent();
  }

  private boolean due(Node node) {
    Proxy proxy = known.proxies().get(node.name());
    if (proxy == null) {
      return false;
    }
    Pause pause = known.pauses().get(node.name());
    boolean paused = pause != null && !pause.over(proxy, known.now());
    boolean fresh = !known.again().contains(node.name())
        && known.proofs().of(node, known.port()).filter(w -> fresh(w, proxy)).isPresent();
    return !paused && !fresh;
  }

  private boolean fresh(NodeWord word, Proxy proxy) {
    return word instanceof NodeWord.Proven p && p.proxy().equals(proxy.revision())
        && known.now().isBefore(p.at().plus(AGE));
  }
}
