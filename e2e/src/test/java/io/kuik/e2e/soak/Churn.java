package io.kuik.e2e.soak;

import com.google.gson.JsonObject;
import io.kuik.e2e.bed.Api;
import io.kuik.e2e.bed.Bed;
import io.kuik.e2e.bed.Kube;
import io.kuik.e2e.bed.NodeImages;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/** Pods that come and go without end, as users have them; each of them must start. */
public final class Churn {
  /** The namespace that they live in. */
  public static final String NAMESPACE = "soak";
  /** A pod that has not started by then is a loss: kubelets wait longer after each pull that failed. */
  public static final Duration LIMIT = Duration.ofMinutes(3);

  private static final int ALIVE = 20;
  private static final Duration TURN = Duration.ofSeconds(1);
  private static final String PATH = "/api/v1/namespaces/" + NAMESPACE + "/pods";

  private final Api api;
  private final SoakImages images;
  private final Ledger ledger;
  private final Random chance;
  private final Map<String, Alive> pods = new ConcurrentHashMap<>();
  private int number;
  private volatile boolean creating = true;
  private volatile boolean running = true;
  private Optional<Thread> thread = Optional.empty();

  /** One of them. */
  private record Alive(String image, Instant created, Duration life, Optional<Instant> ready) {
    Alive startedAt(Instant now) {
      return new Alive(image, created, life, Optional.of(now));
    }

    boolean old(Instant now) {
      return ready.filter(r -> r.plus(life).isBefore(now)).isPresent();
    }
  }

  /** The seed decides which images, and for how long. */
  public Churn(Api api, SoakImages images, Ledger ledger, long seed) {
    this.api = api;
    this.images = images;
    this.ledger = ledger;
    this.chance = new Random(seed);
  }

  /** Begins. */
  public void start() {
    thread = Optional.of(Thread.ofPlatform().name("churn").start(this::turns));
  }

  private void turns() {
    try {
      while (running) {
        turn();
        Thread.sleep(TURN);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void turn() {
    Api.Answer answer = api.send("GET", PATH, "");
    if (!answer.good()) {
      return;
    }
    Kube.objects(answer.json(), "items").forEach(this::look);
    Instant now = Instant.now();
    pods.forEach((name, pod) -> {
      if (pod.old(now)) {
        delete(name);
      }
    });
    if (creating && pods.size() < ALIVE) {
      List<String> used = images.used();
      create(used.get(chance.nextInt(used.size())));
    }
    if (chance.nextInt(3) == 0) {
      removeFromANode();
    }
  }

  private void delete(String name) {
    Api.Answer answer = api.send("DELETE", PATH + "/" + name + "?gracePeriodSeconds=0", "");
    if (answer.good() || answer.status() == 404) {
      pods.remove(name);
    }
  }

  /** The next pod that wants it pulls it anew. */
  private void removeFromANode() {
    List<String> used = images.used();
    String image = used.get(chance.nextInt(used.size()));
    String node = Bed.NODES.get(chance.nextInt(Bed.NODES.size()));
    NodeImages.remove(node, "localhost:7439/" + image, image);
    ledger.checked("images removed from a node", 1);
  }

  /** One more pod, of this image. */
  public synchronized void create(String image) {
    String name = "pod-" + number++;
    Api.Answer answer = api.send("POST", PATH,
        """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s"},
             "spec": {"terminationGracePeriodSeconds": 0, "automountServiceAccountToken": false, "containers": [
             {"name": "main", "image": "%s", "imagePullPolicy": "%s", "command": ["/bin/sh", "-c", "sleep 100000"]}]}}
            """
            .formatted(name, image, SoakImages.moves(image) ? "Always" : "IfNotPresent"));
    if (answer.good()) {
      pods.put(name,
          new Alive(image, Instant.now(), Duration.ofSeconds(5 + chance.nextInt(30)), Optional.empty()));
      ledger.checked("pods created", 1);
      if (Kube.image(answer.json()).startsWith("localhost:7439/")) {
        ledger.checked("pods created with a rewritten image", 1);
      }
    }
  }

  private void look(JsonObject json) {
    String name = Kube.text(json, "metadata", "name");
    Alive pod = pods.get(name);
    if (pod == null) {
      // Created in a moment in which the API server could not say so any more.
      delete(name);
      return;
    }
    Instant now = Instant.now();
    JsonObject status = Kube.objects(json, "status", "containerStatuses").stream().findFirst()
        .orElseGet(JsonObject::new);
    if (pod.ready().isPresent()) {
      return;
    }
    if (Kube.text(status, "ready").equals("true")) {
      pods.put(name, pod.startedAt(now));
      Duration after = Duration.between(pod.created(), now);
      ledger.started(after);
      late(name, pod, after, status);
      compare(name, pod.image(), Kube.text(status, "imageID"));
    } else {
      late(name, pod, Duration.between(pod.created(), now), status);
    }
  }

  private void late(String name, Alive pod, Duration after, JsonObject status) {
    if (after.compareTo(LIMIT) > 0) {
      ledger.lost(name + " of " + pod.image() + " did not start within " + LIMIT.toSeconds() + " s: "
          + Kube.at(status, "state"));
    }
  }

  private void compare(String name, String image, String id) {
    String digest = id.substring(id.indexOf('@') + 1);
    if (!images.is(image, digest)) {
      ledger.lost(name + " runs " + id + ", which " + image + " never was");
    }
    ledger.checked("digests of running pods compared with upstream", 1);
  }

  /** Creates no more. */
  public void calm() {
    creating = false;
  }

  /** Those that have not started yet. */
  public List<String> waiting() {
    return pods.entrySet().stream().filter(e -> e.getValue().ready().isEmpty()).map(Map.Entry::getKey)
        .toList();
  }

  /** Ends; pods that are there stay. */
  public void stop() throws InterruptedException {
    running = false;
    if (thread.isPresent()) {
      thread.get().join();
    }
  }
}
