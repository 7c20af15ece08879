package io.kuik.e2e.soak;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Containers;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntConsumer;

/** What happens to the cluster, one thing after the other; a seed decides what, when and how. */
public final class Disturbances {
  private static final String LEASE = Release.NAME + "-controllers";
  private static final Duration PATIENCE = Duration.ofSeconds(45);
  /** So large that its copy can be met. */
  private static final int LARGE = 20_000_000;

  private final SoakImages images;
  private final Churn churn;
  private final Ledger ledger;
  private final Random chance;
  private final CollectionDisturbances collections;
  private final List<Disturbance> bag = new ArrayList<>();

  /** The churn uses the new images; an upgrade changes a value that matters to nobody. */
  public Disturbances(SoakImages images, Churn churn, Ledger ledger, IntConsumer upgrade, long seed) {
    this.images = images;
    this.churn = churn;
    this.ledger = ledger;
    this.chance = new Random(seed);
    this.collections = new CollectionDisturbances(ledger, chance, upgrade);
  }

  private List<Disturbance> all() {
    var all = new ArrayList<Disturbance>(collections.all());
    Collections.addAll(all, this::leaderKilled, this::leaderDeleted, this::leaderCutOff,
        this::otherControllerKilled,
        this::proxyKilled, this::proxyKilled, this::registryKilled, this::registryAway, this::workerKilled,
        this::workerKilled, this::apiServerRestarted, this::upstreamAway, this::upstreamAway, this::bothAway,
        this::nodeWithoutDns,
        this::tagMoved, this::tagMoved, this::volumeFull);
    return all;
  }

  /** The next one: in random order, but none twice before each has happened. */
  public void next() throws InterruptedException {
    if (bag.isEmpty()) {
      bag.addAll(all());
      Collections.shuffle(bag, chance);
    }
    bag.removeLast().happen();
  }

  /** Waits from so many to so many seconds. */
  public void pause(int least, int most) throws InterruptedException {
    Thread.sleep(Duration.ofMillis(least * 1000L + chance.nextInt((most - least) * 1000)));
  }

  private Optional<String> leader() {
    return Kube.find("-n", Release.NAMESPACE, "lease", LEASE).map(l -> Kube.text(l, "spec", "holderIdentity"))
        .filter(h -> !h.isEmpty());
  }

  private Optional<JsonObject> leaderPod() {
    return leader().flatMap(l -> Kube.find("-n", Release.NAMESPACE, "pod", l));
  }

  /** A container that was killed before waits before it is started again; then its pod goes. */
  private void kill(String what, JsonObject pod) {
    if (running(pod) && Containers.restarts(pod) == 0) {
      Containers.signal(pod, "KILL");
      ledger.did("kill -9: " + what);
    } else {
      Bed.attempt("", "kubectl", "-n", Release.NAMESPACE, "delete", "pod", Kube.text(pod, "metadata", "name"),
          "--grace-period=0", "--force");
      ledger.did("pod deleted by force: " + what);
    }
  }

  private static boolean running(JsonObject pod) {
    return Kube.objects(pod, "status", "containerStatuses").stream()
        .allMatch(s -> Kube.at(s, "state", "running").isPresent())
        && Kube.text(pod, "metadata", "deletionTimestamp").isEmpty();
  }

  private void leaderKilled() {
    leaderPod().ifPresent(p -> kill("the leading controller", p));
  }

  private void leaderDeleted() {
    leader().ifPresent(l -> {
      Bed.attempt("", "kubectl", "-n", Release.NAMESPACE, "delete", "pod", l, "--wait=false");
      ledger.did("pod deleted: the leading controller");
    });
  }

  private void leaderCutOff() throws InterruptedException {
    Optional<String> leader = leader();
    if (leader.isPresent()
        && Bed.attempt("", "api", "hang", Release.NAMESPACE, leader.get()).exit() == 0) {
      ledger.did("cut off from the API server: the leading controller");
      pause(12, 25);
    }
    Bed.run("api", "heal");
  }

  private void otherControllerKilled() {
    String leader = leader().orElse("");
    Release.pods("controllers").stream().filter(p -> !Kube.text(p, "metadata", "name").equals(leader))
        .findFirst().ifPresent(p -> kill("the controller that does not lead", p));
  }

  private void proxyKilled() {
    List<JsonObject> proxies = Release.pods("proxy");
    if (!proxies.isEmpty()) {
      kill("a proxy", proxies.get(chance.nextInt(proxies.size())));
    }
  }

  private void registryKilled() {
    Optional<JsonObject> pod = Release.pods("registry").stream().findFirst();
    if (pod.isPresent() && running(pod.get()) && Containers.restarts(pod.get()) == 0) {
      Bed.attempt("", "cache", "kill");
      ledger.did("kill -9: the registry");
    } else if (pod.isPresent()) {
      kill("the registry", pod.get());
    }
  }

  private void registryAway() throws InterruptedException {
    String how = List.of("cut", "hang", "stop").get(chance.nextInt(3));
    if (Bed.attempt("", "cache", how).exit() == 0) {
      ledger.did("the registry does not answer (" + how + ")");
      pause(4, 15);
    }
    Bed.run("cache", "heal");
  }

  private void workerKilled() throws InterruptedException {
    String image = images.another(LARGE);
    churn.create(image);
    Optional<ProcessHandle> worker = Containers.await(List.of("--image=" + image), PATIENCE);
    if (worker.isPresent()) {
      Thread.sleep(chance.nextInt(1500));
      if (worker.get().destroyForcibly()) {
        ledger.did("kill -9: a copy");
      }
    }
  }

  private void apiServerRestarted() {
    int seconds = chance.nextInt(5);
    ledger.did("kill -9: the API server");
    Bed.run("api", "restart", String.valueOf(seconds));
  }

  private void upstreamAway() throws InterruptedException {
    String name = chance.nextBoolean() ? "docker.io" : "registry.example.test";
    List<List<String>> faults = List.of(List.of("cut", name), List.of("hang", name),
        List.of("refuse", name, "429", "--retry-after", "5"), List.of("refuse", name, "503"),
        List.of("slow", name, "200000"), List.of("break", name, "200000"), List.of("damage", name),
        List.of("cut", "resolver"));
    List<String> fault = faults.get(chance.nextInt(faults.size()));
    Bed.run("internet", fault.toArray(String[]::new));
    ledger.did("upstream: " + (fault.getLast().equals("resolver") ? "no DNS" : said(fault)));
    pause(5, 20);
    Bed.run("internet", "heal", "all");
  }

  private static String said(List<String> fault) {
    return fault.getFirst().equals("refuse") ? fault.get(2) + " to everything" : fault.getFirst();
  }

  private void bothAway() throws InterruptedException {
    Bed.attempt("", "cache", "cut");
    Bed.run("internet", "cut", "all");
    ledger.did("the registry and all upstreams refuse");
    pause(3, 10);
    Bed.run("internet", "heal", "all");
    Bed.run("cache", "heal");
  }

  private void nodeWithoutDns() throws InterruptedException {
    String node = Bed.NODES.get(chance.nextInt(Bed.NODES.size()));
    Bed.run("internet", "hang", "resolver@" + node);
    ledger.did("a node without DNS");
    pause(5, 15);
    Bed.run("internet", "heal", "all");
  }

  private void tagMoved() {
    images.move(chance);
    ledger.did("a tag moves upstream");
  }

  private void volumeFull() throws InterruptedException {
    if (Bed.attempt("", "cache", "fill").exit() == 0) {
      ledger.did("the registry's volume is full");
      churn.create(images.another(LARGE / 10));
      pause(8, 15);
    }
    Bed.run("cache", "heal");
  }

  /** Undoes all that is still wrong; the API server, or the registry's pod, may just be away. */
  public static void heal() {
    // First: the registry's pod may have no node, and then nothing of it can be healed.
    CollectionDisturbances.heal();
    for (List<String> what : List.of(List.of("api", "heal"), List.of("internet", "heal", "all"),
        List.of("cache", "heal"))) {
      Eventually.holds(String.join(" ", what), PATIENCE,
          () -> Bed.attempt("", what.getFirst(), what.subList(1, what.size()).toArray(String[]::new))
              .exit() == 0,
          Release::describe);
    }
  }
}
