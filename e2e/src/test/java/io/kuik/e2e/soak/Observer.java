package io.kuik.e2e.soak;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Api;
import io.kuik.e2e.bed.Containers;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.Release;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Looks all the time at what must never be. */
public final class Observer {
  private static final Duration TURN = Duration.ofMillis(500);
  private static final int OBJECTS = 4;
  private static final int MEMORY = 30;
  private static final String SERVES = "/etc/kuik/config.yml";

  private final Api api;
  private final Ledger ledger;
  private final SoakImages images;
  private final Memories memories = new Memories();
  private final Map<String, String> cachedImages = new ConcurrentHashMap<>();
  private final Map<String, Copy> copies = new ConcurrentHashMap<>();
  private volatile boolean running = true;
  private Optional<Thread> thread = Optional.empty();

  /** A copy Job as it was last seen. */
  private record Copy(String image, boolean complete) {
  }

  /** Looks at the cluster that the API serves. */
  public Observer(Api api, SoakImages images, Ledger ledger) {
    this.api = api;
    this.images = images;
    this.ledger = ledger;
  }

  /** Begins. */
  public void start() {
    thread = Optional.of(Thread.ofPlatform().name("observer").start(this::turns));
  }

  private void turns() {
    try {
      for (int turn = 0; running; turn++) {
        neverBeside();
        if (turn % OBJECTS == 0) {
          cachedImages();
          copies();
        }
        if (turn % MEMORY == 0) {
          memories.sample();
        }
        Thread.sleep(TURN);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The collector takes away what a registry that runs beside it has just been given. */
  private void neverBeside() {
    Optional<ProcessHandle> collector = Containers.process(List.of("garbage-collect", SERVES));
    if (collector.isPresent()) {
      boolean beside = Containers.process(List.of("serve", SERVES)).isPresent();
      if (beside && collector.get().isAlive()) {
        ledger.lost("a registry ran beside the collector (process " + collector.get().pid() + ")");
      }
      ledger.checked("looks at a collector: no registry beside it", 1);
    }
  }

  private void cachedImages() {
    Api.Answer answer = api.send("GET", "/apis/kuik.enix.io/v1alpha1/cachedimages", "");
    if (!answer.good()) {
      return;
    }
    var seen = new ConcurrentHashMap<String, String>();
    Kube.objects(answer.json(), "items").forEach(
        i -> seen.put(Kube.text(i, "metadata", "name"), Kube.text(i, "metadata", "uid")));
    cachedImages.forEach((name, uid) -> {
      if (!uid.equals(seen.get(name))) {
        ledger.lost("the CachedImage " + name + " is gone");
      }
    });
    cachedImages.putAll(seen);
    ledger.checked("looks at all CachedImages", 1);
  }

  private void copies() {
    Api.Answer answer = api.send("GET", "/apis/batch/v1/namespaces/" + Release.NAMESPACE
        + "/jobs?labelSelector=app.kubernetes.io/component=cache-worker", "");
    if (answer.good()) {
      Kube.objects(answer.json(), "items").forEach(j -> copies.put(Kube.text(j, "metadata", "uid"),
          new Copy(Kube.mark(j, "annotations", "kuik.enix.io/source-image"), complete(j))));
      ledger.checked("looks at all copy Jobs", 1);
    }
  }

  private static boolean complete(JsonObject job) {
    return Kube.objects(job, "status", "conditions").stream()
        .anyMatch(c -> Kube.text(c, "type").equals("Complete") && Kube.text(c, "status").equals("True"));
  }

  /** Ends; then an image must not have been copied more often than it had another content. */
  public void stop() throws InterruptedException {
    running = false;
    if (thread.isPresent()) {
      thread.get().join();
    }
    Map<String, AtomicInteger> complete = new TreeMap<>();
    copies.values().stream().filter(Copy::complete)
        .forEach(c -> complete.computeIfAbsent(c.image(), i -> new AtomicInteger()).incrementAndGet());
    complete.forEach((image, times) -> {
      int contents = images.contents(image);
      if (times.get() > contents) {
        ledger.lost(image + " was copied " + times + " times and had " + contents + " contents");
      }
    });
    ledger.checked("copy Jobs, each image copied once per content", copies.size());
  }

  /** The CachedImages that were there, by name. */
  public Set<String> names() {
    return cachedImages.keySet();
  }

  /** What the components' memory was. */
  public Memories memories() {
    return memories;
  }
}
