package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Containers;
import io.kuik.e2e.bed.ContentStore;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.NodeImages;
import io.kuik.e2e.bed.Release;
import io.kuik.e2e.bed.Workloads;
import io.kuik.e2e.outage.Fault;
import io.kuik.e2e.outage.Pulled;
import io.kuik.e2e.outage.RowImages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * In the soak run only: what serves images is killed while it does, again and again. Pods start, and nothing
 * wrong is on the nodes' disks.
 */
@Order(16)
@EnabledIfSystemProperty(named = "kuik.soak", matches = "true")
class KillLoopsE2E {
  private static final String NODE = "n1";
  private static final String BIG = "registry.example.test/team/big:v1";
  private static final int KILLS = Integer.getInteger("kuik.kills", 20);
  private static final int CLIENTS = 25;
  private static final List<String> SMALL = IntStream.range(0, 10)
      .mapToObj(i -> "registry.example.test/small/s" + i + ":v1").toList();
  /**
   * Ends a process of the node as soon as another megabyte of what containerd downloads is there; a pull that
   * broke off leaves what it had.
   */
  private static final String KILL_IN_MID_PULL = """
      cd /var/lib/containerd/io.containerd.content.v1.content/ingest
      size() { stat -c %s ./*/data 2> /dev/null | awk '{n += $1} END {print n + 0}'; }
      least=$(size); end=$(($(date +%s) + 60))
      while [ $(date +%s) -lt $end ]; do
        now=$(size)
        if [ $now -lt $least ]; then least=$now; fi
        if [ $((now - least)) -ge 1000000 ]; then kill -9 $1; exit 0; fi
      done
      exit 1
      """;

  @BeforeAll
  static void cache() {
    List<String> missing = new ArrayList<>(SMALL);
    missing.add(BIG);
    missing.removeIf(i -> Kube.cachedImage(i).isPresent());
    if (!missing.isEmpty()) {
      RowImages.cache(missing);
    }
    Eventually.holds("all images are cached", Story.LATER,
        () -> Kube.cached(BIG) && SMALL.stream().allMatch(Kube::cached), Release::describe);
  }

  @AfterEach
  void healAndLookAtTheDisks() {
    Fault.heal();
    Kube.kubectl("-n", Story.USERS, "delete", "pod", "-l", "app=killed", "--ignore-not-found");
    for (String node : Bed.NODES) {
      assertEquals(List.of(), ContentStore.wrong(node), "blobs on " + node);
    }
    NodeImages.removeUserImages();
  }

  private static void pod(String name, String image, String node) {
    Kube.apply(Workloads.pod(Story.USERS, name, "localhost:7439/" + image, "labels: {app: killed}",
        "nodeName: " + node));
  }

  private static void awaitPods() {
    Kube.kubectl("-n", Story.USERS, "wait", "--for=condition=Ready", "pod", "-l", "app=killed",
        "--timeout=170s");
  }

  @Test
  @Order(1)
  @Timeout(value = 25, unit = TimeUnit.MINUTES)
  void aProxyThatIsKilledInMidPullCostsNoPod() {
    var times = new ArrayList<Duration>();
    int interrupted = 0;
    for (int i = 0; i < KILLS; i++) {
      NodeImages.removeUserImages();
      long start = System.nanoTime();
      String process = Eventually.present("the proxy runs", Story.SOON, () -> Containers.running(proxy()),
          Release::describe);
      CompletableFuture<Bed.Result> killer = CompletableFuture.supplyAsync(
          () -> Bed.attempt("", "nodex", NODE, "sh", "-c", KILL_IN_MID_PULL, "kill", process));
      pod("killed-" + i, BIG, NODE);
      assertEquals(0, killer.join().exit(), () -> "no pull was seen\n" + Bed.run("crictl", NODE, "images")
          + Bed.run("kubectl", "-n", Story.USERS, "describe", "pods"));
      awaitPods();
      times.add(Duration.ofNanos(System.nanoTime() - start));
      interrupted += failedPulls("killed-" + i) > 0 ? 1 : 0;
      Kube.kubectl("-n", Story.USERS, "delete", "pod", "killed-" + i);
      // A new pod has no history of crashes: the kubelet starts its container again at once, each time.
      Kube.kubectl("-n", Release.NAMESPACE, "delete", "pod",
          Kube.text(proxy(), "metadata", "name"), "--grace-period=0", "--force");
      Release.awaitReady(Story.SOON);
    }
    times.sort(null);
    Story.measured("proxy killed in mid-pull of a cached 300 MB image, pod Ready (" + KILLS + " times)",
        "p50 " + Story.seconds(times.get(KILLS / 2)) + ", max " + Story.seconds(times.getLast()) + "; "
            + interrupted + " pulls failed before they succeeded");
    assertTrue(interrupted > 0, "no kill met a pull");
  }

  private static JsonObject proxy() {
    return Release.pods("proxy").stream().filter(p -> Kube.text(p, "spec", "nodeName").equals(NODE))
        .filter(p -> Kube.text(p, "metadata", "deletionTimestamp").isEmpty()).findFirst().orElseThrow();
  }

  private static int failedPulls(String pod) {
    return Kube.list("-n", Story.USERS, "events", "--field-selector",
        "involvedObject.name=" + pod + ",reason=Failed").size();
  }

  @Test
  @Order(2)
  void aRegistryThatRestartsWhileFiftyPullsRunFailsNone() {
    NodeImages.removeUserImages();
    List<CompletableFuture<List<Pulled>>> clients = Bed.NODES.stream()
        .map(n -> CompletableFuture.supplyAsync(() -> Pulled.many(n, BIG, CLIENTS))).toList();
    for (int i = 0; i < SMALL.size(); i++) {
      pod("small-" + i, SMALL.get(i), Bed.NODES.get(i % Bed.NODES.size()));
    }
    Bed.run("cache", "kill");
    List<Pulled> pulls = clients.stream().map(CompletableFuture::join).flatMap(List::stream).toList();
    awaitPods();
    assertEquals(CLIENTS * Bed.NODES.size(), pulls.size());
    assertEquals(List.of(), pulls.stream().filter(p -> !p.end().equals("ok")).toList());
    assertTrue(pulls.stream().flatMap(p -> p.tries().stream()).noneMatch(t -> t.end().equals("wrong")));
    long again = pulls.stream().filter(p -> !p.tries().isEmpty()).count();
    Optional<Long> longest = pulls.stream().map(Pulled::tookMs).max(Long::compare);
    Story.measured("registry killed while 50 clients pull 75 MB",
        again + " had to ask again, the last was done after "
            + longest.orElseThrow() + " ms");
    Release.awaitReady(Story.LATER);
  }

  @Test
  @Order(3)
  void podsStartOnANodeWhoseDnsIsCut() {
    NodeImages.removeUserImages();
    Bed.internet("hang", "resolver@" + NODE);
    long start = System.nanoTime();
    for (int i = 0; i < SMALL.size(); i++) {
      pod("small-" + i, SMALL.get(i), NODE);
    }
    awaitPods();
    Story.measured("ten pods of cached images on a node without DNS, Ready",
        Story.seconds(Duration.ofNanos(System.nanoTime() - start)));
  }
}
