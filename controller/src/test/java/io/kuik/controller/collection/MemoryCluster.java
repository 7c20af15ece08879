package io.kuik.controller.collection;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster with a registry and the Jobs of its collections, whose pods go one step further when they are
 * told to; it
 * remembers whether the registry ever ran beside the collector.
 */
class MemoryCluster implements CollectionStore {
  /** What a pod does, in order. */
  enum Phase {
    PENDING, SCHEDULED, STOPPING, STOPPED, COLLECTING, COLLECTED, RESTORING, RESTORED, DEAD
  }

  final Map<String, String> annotations = new HashMap<>();
  final Map<String, Phase> jobs = new HashMap<>();
  final List<String> copies = new ArrayList<>();
  final List<String> events = new ArrayList<>();
  int replicas = 1;
  /** Writes that still succeed; then the process that writes is dead. */
  int writes = Integer.MAX_VALUE;
  boolean collided;

  private final InstantSource clock;
  private long version = 1;

  MemoryCluster(InstantSource clock) {
    this.clock = clock;
  }

  /** Somebody pulled the plug of the one who writes. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private void write() {
    if (writes-- <= 0) {
      throw new Killed();
    }
    version++;
  }

  private void check(Registry seen) {
    if (!seen.resourceVersion().equals(String.valueOf(version))) {
      throw new IllegalStateException("conflict");
    }
  }

  @Override
  public Optional<Registry> registry() {
    return Optional
        .of(new Registry("kuik-registry", "u", String.valueOf(version), replicas, Map.copyOf(annotations)));
  }

  @Override
  public List<Work> works() {
    return jobs.entrySet().stream().map(e -> work(e.getKey(), e.getValue())).toList();
  }

  private Work work(String name, Phase phase) {
    boolean over = phase == Phase.RESTORED || phase == Phase.DEAD;
    Optional<Integer> end = phase == Phase.RESTORED
        ? Optional.of(0)
        : over ? Optional.of(137) : Optional.empty();
    var step = new WorkPod.Step(Work.RESTORE, over || phase.compareTo(Phase.STOPPING) < 0
        ? Optional.empty()
        : Optional.of(clock.instant()), end, "");
    return new Work(name, clock.instant(), phase == Phase.RESTORED, Optional.empty(), Duration.ofMinutes(50),
        List.of(new WorkPod(name + "-x", phase != Phase.PENDING, over, List.of(step))));
  }

  /** The pod of every Job goes on. */
  void goOn() {
    jobs.replaceAll((name, phase) -> phase == Phase.DEAD || phase == Phase.RESTORED
        ? phase
        : Phase.values()[phase.ordinal() + 1]);
    if (jobs.containsValue(Phase.STOPPED)) {
      replicas = 0;
      version++;
    }
    if (jobs.containsValue(Phase.RESTORING)) {
      replicas = 1;
      version++;
    }
    look();
  }

  private void look() {
    collided |= replicas > 0 && jobs.containsValue(Phase.COLLECTING);
  }

  /** kill -9 of whatever step runs; a pod without a node has none. */
  void kill() {
    jobs.replaceAll((name, phase) -> phase == Phase.RESTORED ? phase : Phase.DEAD);
  }

  @Override
  public void annotate(Registry registry, Map<String, Optional<String>> changes) {
    check(registry);
    write();
    changes.forEach((key, value) -> {
      annotations.remove(key);
      value.ifPresent(v -> annotations.put(key, v));
    });
  }

  @Override
  public void scale(Registry registry, int pods) {
    check(registry);
    write();
    replicas = pods;
    look();
  }

  @Override
  public void create(JsonObject job) {
    write();
    jobs.putIfAbsent(Json.text(job, "metadata", "name").orElseThrow(), Phase.PENDING);
  }

  @Override
  public void delete(String job) {
    write();
    jobs.remove(job);
    copies.remove(job);
  }

  @Override
  public List<String> copies() {
    return List.copyOf(copies);
  }

  @Override
  public void event(Registry registry, boolean warning, String reason, String message) {
    write();
    events.add(reason);
  }
}
