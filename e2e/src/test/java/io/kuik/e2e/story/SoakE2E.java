package io.kuik.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Api;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.CacheRegistry;
import io.kuik.e2e.bed.ContentStore;
import io.kuik.e2e.bed.Eventually;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import io.kuik.e2e.soak.Churn;
import io.kuik.e2e.soak.Disturbances;
import io.kuik.e2e.soak.Ledger;
import io.kuik.e2e.soak.Memories;
import io.kuik.e2e.soak.Observer;
import io.kuik.e2e.soak.Report;
import io.kuik.e2e.soak.SoakImages;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * In the soak run only: pods come and go for half an hour while everything is killed, cut off and moved. Each
 * pod starts, each byte is right, and afterwards all is as if nothing had been.
 */
@Order(19)
@EnabledIfSystemProperty(named = "kuik.soak", matches = "true")
class SoakE2E {
  private static final int MINUTES = Integer.getInteger("kuik.soak.minutes", 30);
  private static final long SEED = Long.getLong("kuik.soak.seed", 1);
  private static final boolean WRITE = System.getProperty("kuik.soak.report", "").equals("write");
  /** What is still under way when the last disturbance has ended has this long to end. */
  private static final Duration CALM = Duration.ofMinutes(4);

  private final Ledger ledger = new Ledger();
  private final SoakImages images = new SoakImages(SEED);

  @BeforeAll
  static void prepare() {
    Kube.kubectl("delete", "namespace", Churn.NAMESPACE, "--ignore-not-found");
    Kube.kubectl("create", "namespace", Churn.NAMESPACE);
    Garbage.switchPersistenceOn();
    upgrade(0);
    Release.awaitReady(Story.LATER);
  }

  /** The number is a value that changes the controllers' configuration, and nothing that they do. */
  private static void upgrade(int number) {
    Release.upgrade(Garbage.values("""
        refresh: {interval: 1m}
        cacheWorker: {ttlSecondsAfterFinished: 60, podAnnotations: {upgrade: "%d"}}
        """.formatted(number)));
  }

  @AfterAll
  static void clear() {
    Disturbances.heal();
    Kube.kubectl("delete", "namespace", Churn.NAMESPACE, "--wait=false");
  }

  @Test
  @Timeout(7200)
  void nothingIsLostWhileEverythingIsKilled() throws InterruptedException {
    images.make();
    Instant begun = Instant.now();
    try (var api = new Api()) {
      var churn = new Churn(api, images, ledger, SEED);
      var observer = new Observer(api, images, ledger);
      churn.start();
      observer.start();
      disturb(new Disturbances(images, churn, ledger, SoakE2E::upgrade, SEED),
          begun.plus(Duration.ofMinutes(MINUTES)));
      ledger.say("no more disturbances");
      churn.calm();
      settle(churn, observer);
      churn.stop();
      observer.stop();
      look();
      observer.memories().courses().stream().filter(Memories.Course::grew)
          .forEach(c -> ledger.lost("memory grew: " + c));
      var report = new Report(ledger, observer.memories(), Duration.between(begun, Instant.now()), SEED);
      System.out.println(report.text());
      if (WRITE) {
        report.write();
      }
    }
    assertEquals(List.of(), ledger.losses());
  }

  private void disturb(Disturbances disturbances, Instant end) throws InterruptedException {
    disturbances.pause(15, 20);
    while (Instant.now().isBefore(end)) {
      try {
        disturbances.next();
      } catch (AssertionError e) {
        ledger.say("not done: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        ledger.checked("disturbances that could not be made", 1);
        Disturbances.heal();
      }
      disturbances.pause(2, 8);
    }
    Disturbances.heal();
  }

  /** Nobody lends a hand from here on. */
  private void settle(Churn churn, Observer observer) {
    expect("every pod starts", () -> churn.waiting().isEmpty());
    expect("the release is Ready", () -> ready("deployment", "controllers") && ready("daemonset", "proxy")
        && ready("statefulset", "registry"));
    expect("no collection is under way, and the registry has its replicas", SoakE2E::rested);
    expect("every image that a pod has used is cached", () -> images.all().stream().allMatch(Kube::cached));
    expect("tags that moved have moved in the cache", () -> images.all().stream()
        .filter(SoakImages::moves).allMatch(SoakE2E::cachedAsUpstream));
    expect("no copy is under way", () -> Kube.list("-n", Release.NAMESPACE, "jobs", "-l",
        "app.kubernetes.io/component=cache-worker").stream()
        .allMatch(j -> Kube.at(j, "status", "active").isEmpty()));
    Set<String> there = Kube.list("cachedimages").stream().map(i -> Kube.text(i, "metadata", "name"))
        .collect(Collectors.toSet());
    expect("all CachedImages that ever were are there", () -> there.containsAll(observer.names()));
  }

  private void expect(String words, BooleanSupplier condition) {
    try {
      Eventually.holds(words, CALM, condition, Release::describe);
      ledger.checked("afterwards: " + words, 1);
    } catch (AssertionError e) {
      ledger.lost("afterwards not: " + words);
      System.out.println(e.getMessage());
    }
  }

  private static boolean ready(String kind, String component) {
    JsonObject set = Kube.get("-n", Release.NAMESPACE, kind, Release.NAME + "-" + component);
    String ready = Kube.text(set, "status", kind.equals("daemonset") ? "numberReady" : "readyReplicas");
    String wanted = kind.equals("daemonset")
        ? Kube.text(set, "status", "desiredNumberScheduled")
        : Kube.text(set, "spec", "replicas");
    return !ready.isEmpty() && ready.equals(wanted);
  }

  private static boolean rested() {
    return Garbage.registryRuns()
        && Garbage.run().filter(r -> !List.of("Succeeded", "Failed").contains(Kube.text(r, "state")))
            .isEmpty();
  }

  private static boolean cachedAsUpstream(String image) {
    String digest = Bed.run("crane", "digest", image).strip();
    return Kube.cachedImage(image).map(i -> Kube.text(i, "status", "digest")).orElse("").equals(digest);
  }

  private void look() {
    var cache = new CacheRegistry();
    for (String image : images.all()) {
      int colon = image.lastIndexOf(':');
      HttpResponse<byte[]> answer = cache.manifest(image.substring(0, colon), image.substring(colon + 1));
      String digest = answer.headers().firstValue("Docker-Content-Digest").orElse("");
      if (answer.statusCode() != 200 || !digest.equals(Bed.run("crane", "digest", image).strip())) {
        ledger.lost("the cache answers " + answer.statusCode() + " " + digest + " for " + image);
      }
      ledger.checked("images of the cache compared with upstream", 1);
    }
    List<String> blobs = Garbage.hashedBlobs();
    blobs.stream().filter(b -> !b.substring(0, 64).equals(b.substring(66 + 3, 66 + 3 + 64)))
        .forEach(b -> ledger.lost("a wrong blob in the cache: " + b));
    ledger.checked("blobs of the cache hashed", blobs.size());
    for (String node : Bed.NODES) {
      ContentStore.wrong(node).forEach(b -> ledger.lost("a wrong blob on " + node + ": " + b));
      ledger.checked("content stores of nodes hashed", 1);
    }
  }
}
