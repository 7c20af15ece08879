package io.kuik.e2e.soak;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Containers;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntConsumer;

/** What happens to collections of garbage: each begins with one that is asked for. */
final class CollectionDisturbances {
  private static final String STATEFUL_SET = Release.NAME + "-registry";
  private static final String JOBS = "app.kubernetes.io/component=garbage-collection";
  private static final Duration PATIENCE = Duration.ofSeconds(45);
  /** The node of the registry's volume. */
  private static final String NODE = "n1";

  private final Ledger ledger;
  private final Random chance;
  private final IntConsumer upgrade;
  private int upgrades;

  /** An upgrade of the release changes a value that matters to nobody: it is given a number. */
  CollectionDisturbances(Ledger ledger, Random chance, IntConsumer upgrade) {
    this.ledger = ledger;
    this.chance = chance;
    this.upgrade = upgrade;
  }

  List<Disturbance> all() {
    return List.of(this::killed, this::killed, this::killed, this::scaledByHand, this::jobDeleted,
        this::nodeDrained, this::collectorStopped, this::upgraded);
  }

  private static void ask() {
    Kube.kubectl("-n", Release.NAMESPACE, "annotate", "--overwrite", "statefulset/" + STATEFUL_SET,
        "kuik.enix.io/collect-garbage=now");
  }

  private static Optional<ProcessHandle> await(String step) throws InterruptedException {
    return Containers.await(step.equals("garbage-collect")
        ? List.of(step, "/etc/kuik/config.yml")
        : List.of("--stateful-set=" + STATEFUL_SET, step), PATIENCE);
  }

  /** A moment of a collection that has just begun, or of its end. */
  private boolean inTheMiddle() throws InterruptedException {
    ask();
    boolean begun = await("stop").isPresent();
    if (begun) {
      Thread.sleep(chance.nextInt(4000));
    } else {
      ledger.say("not done: no collection began within " + PATIENCE.toSeconds() + " s");
    }
    return begun;
  }

  private void killed() throws InterruptedException {
    ask();
    String step = List.of("stop", "garbage-collect", "restore", "none").get(chance.nextInt(4));
    if (step.equals("none")) {
      ledger.did("garbage collection");
      return;
    }
    Optional<ProcessHandle> process = await(step);
    if (process.isPresent()) {
      Thread.sleep(step.equals("garbage-collect") ? 0 : chance.nextInt(2500));
      if (process.get().destroyForcibly()) {
        ledger.did("kill -9: garbage collection, step " + step);
      }
    }
  }

  /**
   * To nothing: to more, and a registry would run beside the collector. Only while a collection has taken
   * note of what it gives back; a registry that is scaled to nothing at another time stays away.
   */
  private void scaledByHand() throws InterruptedException {
    if (!inTheMiddle()) {
      return;
    }
    JsonObject set = Kube.get("-n", Release.NAMESPACE, "statefulset", STATEFUL_SET);
    boolean noted = !Kube.text(set, "metadata", "annotations", "kuik.enix.io/registry-replicas").isEmpty();
    // Refused if the StatefulSet has changed since: the collection may be over.
    if (noted && Bed.attempt("", "kubectl", "-n", Release.NAMESPACE, "scale", "statefulset/" + STATEFUL_SET,
        "--replicas=0", "--resource-version=" + Kube.text(set, "metadata", "resourceVersion")).exit() == 0) {
      ledger.did("garbage collection: the registry scaled to nothing by hand");
    }
  }

  private void jobDeleted() throws InterruptedException {
    if (inTheMiddle()) {
      Kube.kubectl("-n", Release.NAMESPACE, "delete", "jobs", "-l", JOBS, "--wait=false");
      ledger.did("garbage collection: its Job deleted");
    }
  }

  /** The registry has no other node: it waits until this one may have pods again. */
  private void nodeDrained() throws InterruptedException {
    if (!inTheMiddle()) {
      return;
    }
    try {
      Bed.attempt("", "kubectl", "drain", NODE, "--ignore-daemonsets", "--force", "--delete-emptydir-data",
          "--timeout=20s", "--pod-selector=app.kubernetes.io/component in (registry, garbage-collection)");
      ledger.did("garbage collection: its node drained");
      Thread.sleep(2000 + chance.nextInt(8000));
    } finally {
      heal();
    }
  }

  /** For less than the 60 s after which it is given up. */
  private void collectorStopped() throws InterruptedException {
    ask();
    Optional<ProcessHandle> collector = await("garbage-collect");
    if (collector.isEmpty()) {
      return;
    }
    try {
      signal(collector.get(), "STOP");
      if (collector.get().isAlive()) {
        ledger.did("garbage collection: its collector stands still (SIGSTOP)");
        Thread.sleep(2000 + chance.nextInt(13_000));
      }
    } finally {
      signal(collector.get(), "CONT");
    }
  }

  private static void signal(ProcessHandle process, String signal) {
    if (process.isAlive()) {
      Bed.execute(Bed.root(), "", List.of("kill", "-" + signal, String.valueOf(process.pid())));
    }
  }

  private void upgraded() throws InterruptedException {
    if (inTheMiddle()) {
      upgrade.accept(++upgrades);
      ledger.did("garbage collection: helm upgrade");
    }
  }

  /** Undoes what would last. */
  static void heal() {
    Eventually.holds("uncordon " + NODE, PATIENCE,
        () -> Bed.attempt("", "kubectl", "uncordon", NODE).exit() == 0, Release::describe);
  }
}
