package io.kuik.controller.collection;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.kuik.controller.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is known of the registry and its collections, as a test says it. */
abstract class PlanBed {
  static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");
  static final Schedule WEEKLY = Schedule.parse("@weekly");
  static final Instant SUNDAY = Instant.parse("2026-11-22T00:00:00Z");

  final Map<String, String> annotations = new HashMap<>();
  final List<Work> works = new ArrayList<>();
  int replicas = 1;
  int copies;
  boolean ready = true;
  Optional<Schedule> schedule = Optional.empty();
  Optional<String> obstacle = Optional.empty();

  Action decide() {
    return Plan
        .decide(new Plan.Known(new Registry("kuik-registry", "u", "7", replicas, Map.copyOf(annotations)),
            List.copyOf(works), copies, ready, schedule, obstacle, NOW));
  }

  Run run(Run.State state, Duration age) {
    var run = new Run(state, "kuik-gc-1", "by hand", NOW.minus(age), Optional.empty(),
        state == Run.State.RUNNING ? "its Job is at work" : "waits for copies that run");
    annotations.put(Registry.RUN, run.json());
    annotations.put(Registry.REPLICAS, "1");
    return run;
  }

  void weekly(Instant seen) {
    schedule = Optional.of(WEEKLY);
    annotations.put(Registry.SCHEDULE, seen + " @weekly");
  }

  void work(boolean scheduled, boolean over, WorkPod.Step... steps) {
    works.add(new Work("kuik-gc-1", NOW.minusSeconds(30), false, Optional.empty(), Duration.ofSeconds(100),
        List.of(new WorkPod("kuik-gc-1-x", scheduled, over, List.of(steps)))));
  }

  static WorkPod.Step running(String name, long seconds) {
    return new WorkPod.Step(name, Optional.of(NOW.minusSeconds(seconds)), Optional.empty(), "");
  }

  static WorkPod.Step ended(String name, int exitCode, String words) {
    return new WorkPod.Step(name, Optional.empty(), Optional.of(exitCode), words);
  }

  Run finished() {
    return assertInstanceOf(Action.Finish.class, decide()).run();
  }
}
