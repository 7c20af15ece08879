package io.kuik.controller.arming;

import com.google.gson.JsonObject;
import io.kuik.controller.arming.ArmingStore.Proxy;
import io.kuik.controller.arming.CanaryPlan.Create;
import io.kuik.controller.arming.CanaryPlan.Delete;
import io.kuik.controller.arming.CanaryPlan.Forget;
import io.kuik.controller.arming.CanaryPlan.Judge;
import io.kuik.controller.arming.CanaryPlan.Pause;
import io.kuik.controller.arming.DoubtRules.Course;
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
 * Sees to it that every node is proven by a canary, and by another one when its pods raise a doubt, and
 * writes down what they came to. One thread at a time.
 */
public final class Canaries {
  private static final Logger LOG = LoggerFactory.getLogger(Canaries.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
  /** Proofs grow old while nothing changes. */
  private static final Duration REST = Duration.ofMinutes(1);
  private static final int DOUBLINGS = 8;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  /** What was said of the way from a node's runtime to its proxy, and not of a canary. */
  private static final Set<Reason> LOST = Set.of(Reason.FAILED, Reason.DOUBTED);
  /** What says nothing of it. */
  private static final Set<Reason> SILENT = Set.of(Reason.STUCK, Reason.TAKES_NO_PODS);
  /** Room for a runtime's error message and the names in it. */
  private static final int MESSAGE = 400;
  /** For the refusals of kubelets, which are short, and of which any number may have to be written down. */
  private static final int SHORT_MESSAGE = 120;

  private final ArmingStore store;
  private final Doubts doubts;
  private final Findings findings;
  private final CanaryManifest manifest;
  private final int port;
  private final boolean healing;
  private final InstantSource clock;
  private final Set<String> judged = new HashSet<>();
  private final Set<String> again = new HashSet<>();
  private final Map<String, Trouble> troubles = new HashMap<>();
  private Optional<JsonObject> owner = Optional.empty();
  private final Announcement announcement = new Announcement();
  private long seen = -1;
  private Instant restUntil = Instant.MIN;

  /** Canaries of a node in a row that came to nothing. */
  private record Trouble(int tries, Reason reason, Pause pause) {
  }

  /**
   * Where canaries live, and the proxy's port.
   *
   * @param healing
   *          whether pods that find no proxy get their images back
   */
  public record Settings(String namespace, String instance, String fullname, int port, boolean healing) {
  }

  /** The clock tells how long canaries wait. */
  public Canaries(ArmingStore store, Doubts doubts, Settings settings, InstantSource clock) {
    this.store = store;
    this.doubts = doubts;
    this.findings = new Findings(store);
    this.port = settings.port();
    this.healing = settings.healing();
    this.manifest = new CanaryManifest(settings.namespace(), settings.instance(), settings.fullname(), port);
    this.clock = clock;
  }

  /** Looks, and does what is to be done; mostly nothing has changed, and then it costs nothing. */
  public void turn() {
    long changes = store.changes();
    boolean news = changes != seen || doubts.any();
    if (!store.known() || (!news && clock.instant().isBefore(restUntil))) {
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
      // What could not be written down the last time: nothing is decided without it.
      findings.write();
      try {
        hear();
        prove();
      } finally {
        findings.write();
      }
    } else {
      doubts.clear();
      store.canaries().stream().filter(p -> !p.terminating()).forEach(store::delete);
    }
    announcement.of(store.obstacle(), clock.instant());
  }

  private void hear() {
    Instant now = clock.instant();
    doubts.ready(store.proxies(), now);
    for (Doubt doubt : doubts.heard()) {
      Optional<Node> node = store.nodes().stream()
          .filter(n -> n.counts() && n.name().equals(doubt.node())).findFirst();
      Course course = node.map(n -> doubts.course(doubt, store.proofs().of(n, port), now))
          .orElse(Course.LEAVE);
      LOG.debug("a pod found no proxy node={} pod={} course={} message=\"{}\"", doubt.node(), doubt.pod(),
          course.word(), doubt.said());
      if (course != Course.LEAVE) {
        lookAgain(node.orElseThrow());
      }
      if (course == Course.TAKE_BACK) {
        takeBack(node.orElseThrow(), doubt);
      }
      doubts.settled(doubt, course, now);
    }
  }

  /** By a new canary, and at once: one that is under way may have pulled before the way was lost. */
  private void lookAgain(Node node) {
    again.add(node.name());
    troubles.remove(node.name());
    store.canaries().stream().filter(p -> p.node().equals(node.name())).forEach(p -> judged.add(p.uid()));
  }

  private void takeBack(Node node, Doubt doubt) {
    Instant at = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    var word = new NodeWord.Failed(node.uid(), port, Reason.DOUBTED, shown(doubt.said(), MESSAGE), 0, at, at);
    // At once: if it fails, the doubt stays, and is heard again.
    store.remember(Map.of(node.name(), findings.room() ? Optional.of(word) : Optional.empty()));
    LOG.warn("node doubted: a rewritten pod found no proxy, so its proof is taken back node={} pod={}"
        + " message=\"{}\"", node.name(), doubt.pod(), word.message());
    findings.event(node, true, word.reason().word(), Proofs.sentence(node.name(), port, word));
  }

  private void prove() {
    owner = Optional.empty();
    judged.retainAll(store.canaries().stream().map(CanaryPod::uid).collect(Collectors.toSet()));
    for (CanaryPlan.Step step : CanaryPlan.of(known())) {
      switch (step) {
        case Create create -> create(create);
        case Judge judge -> judge(judge);
        case Delete delete -> store.delete(delete.pod());
        case Forget forget -> {
          troubles.remove(forget.node());
          again.remove(forget.node());
          findings.word(forget.node(), Optional.empty());
        }
      }
    }
  }

  private CanaryPlan.Known known() {
    var pauses = new HashMap<String, Pause>();
    troubles.forEach((node, trouble) -> pauses.put(node, trouble.pause()));
    return new CanaryPlan.Known(store.nodes(), store.proxies(), store.canaries(), store.proofs(),
        Set.copyOf(judged), Set.copyOf(again), pauses, port, clock.instant());
  }

  private void create(Create create) {
    JsonObject with = owner.orElseGet(store::owner);
    owner = Optional.of(with);
    store.create(manifest.of(create.node(), create.proxy().revision(), with))
        .ifPresent(why -> failed(create.node(), new Verdict.Failed(Reason.REFUSED, why)));
  }

  private void judge(Judge judge) {
    judged.add(judge.pod().uid());
    switch (judge.verdict()) {
      case Verdict.Pulled _ -> proven(judge);
      case Verdict.Failed failed -> failed(judge.node(), failed);
      case Verdict.Waiting _ -> throw new IllegalStateException("what waits is not judged");
    }
  }

  private void proven(Judge judge) {
    Node node = judge.node();
    again.remove(node.name());
    Instant now = clock.instant();
    LOG.info("node proven: its container runtime reaches its proxy node={} port={} ms={}", node.name(), port,
        Duration.between(judge.pod().created(), now).toMillis());
    findings.word(node.name(), Optional.of(new NodeWord.Proven(node.uid(), port, judge.pod().proxy(),
        now.truncatedTo(ChronoUnit.SECONDS))));
    if (troubles.remove(node.name()) != null || before(node).isPresent()) {
      findings.event(node, false, "CanaryPulled", "the container runtime of node " + node.name()
          + " reaches its proxy at localhost:" + port);
    }
  }

  /** The failure that replicas are told of until now. */
  private Optional<NodeWord.Failed> before(Node node) {
    return store.proofs().of(node, port)
        .flatMap(w -> w instanceof NodeWord.Failed f ? Optional.of(f) : Optional.empty());
  }

  private void failed(Node node, Verdict.Failed failure) {
    again.remove(node.name());
    Verdict.Failed why = weighed(failure);
    Trouble last = troubles.get(node.name());
    int tries = last == null ? 1 : last.tries() + 1;
    Duration pause = pause(tries);
    Instant now = clock.instant();
    String proxy = Optional.ofNullable(store.proxies().get(node.name())).map(Proxy::uid).orElse("");
    troubles.put(node.name(), new Trouble(tries, why.reason(), new Pause(proxy, now.plus(pause))));
    var word = word(node, why, tries, now.truncatedTo(ChronoUnit.SECONDS));
    LOG.warn("canary failed: node={} reason={} tries={} again-in={}s message=\"{}\"", node.name(),
        why.reason().word(), tries, pause.toSeconds(), word.message());
    boolean news = last == null || last.reason() != why.reason();
    if (news && before(node).filter(b -> b.reason() == why.reason()).isEmpty()) {
      findings.event(node, true, why.reason().word(), Proofs.sentence(node.name(), port, word));
    }
    write(node, word);
  }

  /** Without healing, a pod that comes to such a node once it takes pods again might never start. */
  private Verdict.Failed weighed(Verdict.Failed why) {
    return why.reason() == Reason.TAKES_NO_PODS && !healing
        ? new Verdict.Failed(Reason.REFUSED, why.message())
        : why;
  }

  private NodeWord.Failed word(Node node, Verdict.Failed why, int tries, Instant at) {
    boolean closed = why.reason() == Reason.TAKES_NO_PODS;
    Instant since = before(node).filter(b -> (b.reason() == Reason.TAKES_NO_PODS) == closed)
        .map(NodeWord.Failed::since).orElse(at);
    return new NodeWord.Failed(node.uid(), port, why.reason(),
        shown(why.message(), closed ? SHORT_MESSAGE : MESSAGE), tries, at, since);
  }

  /**
   * Only a pull that failed takes a proof back: a quota, or a node under load, says nothing of the way from
   * the runtime to its proxy. Nor does a canary that got nowhere, or a node that takes no pods, undo what
   * pods or a canary told of the way: pods that the node takes later would not find it.
   */
  private void write(Node node, NodeWord.Failed word) {
    Optional<NodeWord> known = store.proofs().of(node, port);
    boolean proven = known.filter(w -> w instanceof NodeWord.Proven).isPresent();
    boolean silent = SILENT.contains(word.reason());
    boolean lost = before(node).filter(b -> LOST.contains(b.reason())).isPresent();
    if ((proven && word.reason() != Reason.FAILED) || (silent && lost)) {
      return;
    }
    boolean room = known.filter(w -> w instanceof NodeWord.Failed).isPresent() || findings.room();
    if (room || proven) {
      findings.word(node.name(), room ? Optional.of(word) : Optional.empty());
    }
  }

  static Duration pause(int tries) {
    Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(tries - 1, DOUBLINGS));
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }

  private static String shown(String message, int most) {
    String line = message.replaceAll("[\\p{Cntrl} ]+", " ").strip();
    return line.length() <= most ? line : line.substring(0, most) + "...";
  }
}
