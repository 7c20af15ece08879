package io.kuik.controller.collection;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A cluster with a registry and the Jobs of its collections, whose pods go one step further when they are
 * told to, and outlive their Jobs for a while; it remembers whether the registry ever ran beside the
 * collector.
 */
class MemoryCluster implements CollectionStore {
  /** What a pod does, in order. */
  enum Phase {
    PENDING, SCHEDULED, STOPPING, STOPPED, COLLECTING, COLLECTED, RESTORING, RESTORED, DEAD
  }

  final Map<String, String> annotations = new HashMap<>();
  final Map<String, Phase> jobs = new HashMap<>();
  /** Pods whose Job was deleted: what they are at, until their node has ended them. */
  final Map<String, Phase> orphans = new HashMap<>();
  /** A pod does not get past this phase by itself. */
  Phase hangs = Phase.DEAD;
  final List<String> copies = new ArrayList<>();
  final List<String> events = new ArrayList<>();
  int replicas = 1;
  /** Writes that still succeed; then the process that writes is dead. */
  int writes = Integer.MAX_VALUE;
  boolean collided;
  /** What the API server says to whoever makes a Job. */
  Optional<String> refusal = Optional.empty();
  /** Whether whoever makes a Job gets no answer. */
  boolean silent;
  /** Reason and message of each event. */
  final List<String> told = new ArrayList<>();

  private static final int ROUNDS_OF_AN_ORPHAN = 3;

  private final InstantSource clock;
  private final Map<String, Instant> since = new HashMap<>();
  private final Map<String, Integer> ending = new HashMap<>();
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
    return Stream.concat(jobs.entrySet().stream().map(e -> work(e.getKey(), e.getValue())),
        orphans.entrySet().stream()
            .map(e -> Work.orphaned(e.getKey(), List.of(pod(e.getKey(), e.getValue())))))
        .toList();
  }

  private Work work(String name, Phase phase) {
    return new Work(name, since.getOrDefault(name, clock.instant()), phase == Phase.RESTORED,
        Optional.empty(),
        Duration.ofMinutes(50), List.of(pod(name, phase)));
  }

  private WorkPod pod(String name, Phase phase) {
    boolean over = over(phase);
    boolean runs = !over && phase.compareTo(Phase.STOPPING) >= 0;
    Optional<Integer> end = over ? Optional.of(phase == Phase.RESTORED ? 0 : 137) : Optional.empty();
    var step = new WorkPod.Step(step(phase), runs ? Optional.ofNullable(since.get(name)) : Optional.empty(),
        end, "");
    return new WorkPod(name + "-x", phase != Phase.PENDING, over, List.of(step));
  }

  private static boolean over(Phase phase) {
    return phase == Phase.RESTORED || phase == Phase.DEAD;
  }

  private static String step(Phase phase) {
    return switch (phase) {
      case PENDING, SCHEDULED, STOPPING, STOPPED -> Work.STOP;
      case COLLECTING, COLLECTED -> Work.COLLECT;
      case RESTORING, RESTORED, DEAD -> Work.RESTORE;
    };
  }

  /** The pod of every Job goes on; one that has lost its Job is ended. */
  void goOn() {
    jobs.replaceAll((name, phase) -> over(phase) || phase == hangs ? phase : next(name, phase));
    orphans.keySet().removeIf(name -> ending.merge(name, 1, Integer::sum) >= ROUNDS_OF_AN_ORPHAN);
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

  private Phase next(String name, Phase phase) {
    since.put(name, clock.instant());
    return Phase.values()[phase.ordinal() + 1];
  }

  private void look() {
    collided |= replicas > 0
        && (jobs.containsValue(Phase.COLLECTING) || orphans.containsValue(Phase.COLLECTING));
  }

  /** kill -9 of whatever step runs; a pod without a node has none. */
  void kill() {
    jobs.replaceAll((name, phase) -> phase == Phase.RESTORED ? phase : Phase.DEAD);
  }

  /** kubectl delete job: its pods have some time to end. */
  void deleteJobs() {
    List.copyOf(jobs.keySet()).forEach(this::leave);
  }

  private void leave(String job) {
    Phase phase = jobs.remove(job);
    if (phase != null && phase != Phase.PENDING && !over(phase)) {
      orphans.put(job, phase);
    }
    look();
  }

  /** kubectl scale. */
  void scaleByHand(int pods) {
    replicas = pods;
    version++;
    look();
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
  public Optional<String> create(JsonObject job) {
    if (silent) {
      throw new IllegalStateException("no answer");
    }
    if (refusal.isPresent()) {
      return refusal;
    }
    write();
    jobs.putIfAbsent(Json.text(job, "metadata", "name").orElseThrow(), Phase.PENDING);
    return Optional.empty();
  }

  @Override
  public void delete(String job) {
    write();
    leave(job);
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
    told.add(reason + ": " + message);
  }
}
