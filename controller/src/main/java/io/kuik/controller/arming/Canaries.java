package io.kuik.controller.arming;

import com.google.gson.JsonObject;
import io.kuik.controller.arming.ArmingStore.Proxy;
import io.kuik.controller.arming.CanaryPlan.Create;
import io.kuik.controller.arming.CanaryPlan.Delete;
import io.kuik.controller.arming.CanaryPlan.Forget;
import io.kuik.controller.arming.CanaryPlan.Judge;
import io.kuik.controller.arming.CanaryPlan.Pause;
import io.kuik.controller.arming.Obstacle.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that every node is proven by a canary, writes down what they came to, and says so when rewriting
 * begins or pauses. One thread at a time.
 */
public final class Canaries {
  private static final Logger LOG = LoggerFactory.getLogger(Canaries.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
  /** Proofs grow old while nothing changes. */
  private static final Duration REST = Duration.ofMinutes(1);
  private static final int DOUBLINGS = 8;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  /** Failures that are written down: one is enough to know why, and a ConfigMap has a limit. */
  private static final int WRITTEN_FAILURES = 20;
  /** Room for a runtime's error message and the names in it. */
  private static final int MESSAGE = 400;

  private final ArmingStore store;
  private final CanaryManifest manifest;
  private final int port;
  private final InstantSource clock;
  private final Set<String> judged = new HashSet<>();
  private final Map<String, Trouble> troubles = new HashMap<>();
  private Optional<JsonObject> owner = Optional.empty();
  private Optional<Obstacle> said = Optional.empty();
  private boolean everSaid;
  private long seen = -1;
  private Instant restUntil = Instant.MIN;

  /** Canaries of a node in a row that came to nothing. */
  private record Trouble(int tries, Reason reason, Pause pause) {
  }

  /** Where canaries live, and the proxy's port. */
  public record Settings(String namespace, String instance, String fullname, int port) {
  }

  /** The clock tells how long canaries wait. */
  public Canaries(ArmingStore store, Settings settings, InstantSource clock) {
    this.store = store;
    this.port = settings.port();
    this.manifest = new CanaryManifest(settings.namespace(), settings.instance(), settings.fullname(), port);
    this.clock = clock;
  }

  /** Looks, and does what is to be done; mostly nothing has changed, and then it costs nothing. */
  public void turn() {
    long changes = store.changes();
    if (!store.known() || (changes == seen && clock.instant().isBefore(restUntil))) {
      return;
    }
    // An exception has the next turn look again.
    seen = -1;
    look();
    restUntil = troubles.isEmpty() && store.canaries().isEmpty()
        ? clock.instant().plus(REST)
        : Instant.MIN;
    seen = changes;
  }

  private void look() {
    if (store.wanted()) {
      prove();
    } else {
      store.canaries().stream().filter(p -> !p.terminating()).forEach(store::delete);
    }
    announce();
  }

  private void prove() {
    owner = Optional.empty();
    judged.retainAll(store.canaries().stream().map(CanaryPod::uid).collect(Collectors.toSet()));
    var words = new HashMap<String, Optional<NodeWord>>();
    for (CanaryPlan.Step step : CanaryPlan.of(known())) {
      switch (step) {
        case Create create -> create(create, words);
        case Judge judge -> judge(judge, words);
        case Delete delete -> store.delete(delete.pod());
        case Forget forget -> {
          troubles.remove(forget.node());
          words.put(forget.node(), Optional.empty());
        }
      }
    }
    if (!words.isEmpty()) {
      store.remember(words);
    }
  }

  private CanaryPlan.Known known() {
    var pauses = new HashMap<String, Pause>();
    troubles.forEach((node, trouble) -> pauses.put(node, trouble.pause()));
    return new CanaryPlan.Known(store.nodes(), store.proxies(), store.canaries(), store.proofs(),
        Set.copyOf(judged), pauses, port, clock.instant());
  }

  private void create(Create create, Map<String, Optional<NodeWord>> words) {
    JsonObject with = owner.orElseGet(store::owner);
    owner = Optional.of(with);
    store.create(manifest.of(create.node(), create.proxy().revision(), with))
        .ifPresent(why -> failed(create.node(), new Verdict.Failed(Reason.REFUSED, why), words));
  }

  private void judge(Judge judge, Map<String, Optional<NodeWord>> words) {
    judged.add(judge.pod().uid());
    switch (judge.verdict()) {
      case Verdict.Pulled _ -> proven(judge, words);
      case Verdict.Failed failed -> failed(judge.node(), failed, words);
      case Verdict.Waiting _ -> throw new IllegalStateException("what waits is not judged");
    }
  }

  private void proven(Judge judge, Map<String, Optional<NodeWord>> words) {
    Node node = judge.node();
    Instant now = clock.instant();
    LOG.info("node proven: its container runtime reaches its proxy node={} port={} ms={}", node.name(), port,
        Duration.between(judge.pod().created(), now).toMillis());
    words.put(node.name(), Optional.of(new NodeWord.Proven(node.uid(), port, judge.pod().proxy(),
        now.truncatedTo(ChronoUnit.SECONDS))));
    if (troubles.remove(node.name()) != null || before(node).isPresent()) {
      event(node, false, "CanaryPulled", "the container runtime of node " + node.name()
          + " reaches its proxy at localhost:" + port);
    }
  }

  /** The failure that replicas are told of until now. */
  private Optional<NodeWord.Failed> before(Node node) {
    return store.proofs().of(node, port)
        .flatMap(w -> w instanceof NodeWord.Failed f ? Optional.of(f) : Optional.empty());
  }

  private void failed(Node node, Verdict.Failed why, Map<String, Optional<NodeWord>> words) {
    Trouble last = troubles.get(node.name());
    int tries = last == null ? 1 : last.tries() + 1;
    Duration pause = pause(tries);
    Instant now = clock.instant();
    String proxy = Optional.ofNullable(store.proxies().get(node.name())).map(Proxy::uid).orElse("");
    troubles.put(node.name(), new Trouble(tries, why.reason(), new Pause(proxy, now.plus(pause))));
    var word = new NodeWord.Failed(node.uid(), port, why.reason(), shown(why.message()), tries,
        now.truncatedTo(ChronoUnit.SECONDS));
    LOG.warn("canary failed: node={} reason={} tries={} again-in={}s message=\"{}\"", node.name(),
        why.reason().word(), tries, pause.toSeconds(), word.message());
    boolean news = last == null || last.reason() != why.reason();
    if (news && before(node).filter(b -> b.reason() == why.reason()).isEmpty()) {
      event(node, true, why.reason().word(), Proofs.sentence(node.name(), port, word));
    }
    write(node, word, words);
  }

  /**
   * Only a pull that failed takes a proof back: a quota, or a node under load, says nothing of the way from
   * the runtime to its proxy.
   */
  private void write(Node node, NodeWord.Failed word, Map<String, Optional<NodeWord>> words) {
    Optional<NodeWord> known = store.proofs().of(node, port);
    boolean proven = known.filter(w -> w instanceof NodeWord.Proven).isPresent();
    if (proven && word.reason() != Reason.FAILED) {
      return;
    }
    long written = store.proofs().words().values().stream().filter(w -> w instanceof NodeWord.Failed).count()
        + words.values().stream().flatMap(Optional::stream).filter(w -> w instanceof NodeWord.Failed).count();
    boolean room = known.filter(w -> w instanceof NodeWord.Failed).isPresent() || written < WRITTEN_FAILURES;
    if (room || proven) {
      words.put(node.name(), room ? Optional.of(word) : Optional.empty());
    }
  }

  static Duration pause(int tries) {
    Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(tries - 1, DOUBLINGS));
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }

  private static String shown(String message) {
    String line = message.replaceAll("[\\p{Cntrl} ]+", " ").strip();
    return line.length() <= MESSAGE ? line : line.substring(0, MESSAGE) + "...";
  }

  private void event(Node node, boolean warning, String reason, String message) {
    Optional.ofNullable(store.proxies().get(node.name()))
        .ifPresent(p -> store.event(p, warning, reason, message));
  }

  private void announce() {
    Optional<Obstacle> now = store.obstacle();
    if (everSaid && now.equals(said)) {
      return;
    }
    everSaid = true;
    said = now;
    now.ifPresentOrElse(
        o -> LOG.warn("nothing is rewritten: reason={} message=\"{}\"", o.reason().word(), o.message()),
        () -> LOG.info("rewriting is armed: each node's container runtime reaches its proxy"));
  }
}
