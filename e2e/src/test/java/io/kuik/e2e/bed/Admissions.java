package io.kuik.e2e.bed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Pods that are created at a steady rate, as far as the admission: nothing of them is kept. */
public final class Admissions {
  private final Api api;
  private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
  private final ScheduledFuture<?> beat;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Admitted> admitted = new ConcurrentLinkedQueue<>();

  /**
   * One of them.
   *
   * @param status
   *          of the API server's answer
   * @param image
   *          that it would run
   */
  public record Admitted(int status, String image, Duration took) {
  }

  /** Begins: one of the images after the other, so many in a second. */
  public Admissions(Api api, String namespace, List<String> images, int perSecond) {
    this.api = api;
    var turn = new Object() {
      int next;
    };
    this.beat = pace.scheduleAtFixedRate(() -> {
      String image = images.get(turn.next++ % images.size());
      threads.execute(() -> admit(namespace, image));
    }, 0, 1_000_000_000L / perSecond, TimeUnit.NANOSECONDS);
  }

  private void admit(String namespace, String image) {
    Api.Answer answer = api.send("POST", "/api/v1/namespaces/" + namespace + "/pods?dryRun=All", """
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"generateName": "admitted-"},
         "spec": {"containers": [{"name": "main", "image": "%s"}]}}""".formatted(image));
    admitted.add(new Admitted(answer.status(),
        answer.good() ? Kube.image(answer.json()) : answer.body(), answer.took()));
  }

  /** How many there were. */
  public int count() {
    return admitted.size();
  }

  /** Ends, and gives all of them. */
  public List<Admitted> stop() {
    beat.cancel(false);
    pace.shutdown();
    threads.close();
    return new ArrayList<>(admitted);
  }
}
