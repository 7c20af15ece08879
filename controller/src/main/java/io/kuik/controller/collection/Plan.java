package io.kuik.controller.collection;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import io.kuik.controller.schedule.Schedule;
import io.kuik.model.CollectionReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is to be done about garbage collection; values in, values out. Level-based: whatever ended in the
 * middle of whatever, the next look finds the way back to a registry that runs.
 */
final class Plan {
  /** Copies that run may end by themselves for this long. */
  static final Duration COPIES = Duration.ofMinutes(5);
  /** A registry that isn't Ready for so long is no matter of patience. */
  static final Duration READY = Duration.ofMinutes(30);
  /** Copies are not paused for longer than this by a collection that can't begin. */
  static final Duration BEGIN = Duration.ofMinutes(45);
  /** A pod whose first step has not begun by then pauses copies for nothing. */
  static final Duration START = Duration.ofMinutes(5);
  /** A minute more than the steps that stop and restore give themselves: they may hang. */
  static final Duration STEP = Duration.ofMinutes(6);

  private static final String BY_HAND = "by hand";

  private Plan() {
  }

  /**
   * What is known.
   *
   * @param works
   *          all Jobs of garbage collections, looked up just now; none while no collection is at work
   * @param copies
   *          how many copies run
   * @param ready
   *          whether the registry's pod is Ready
   * @param obstacle
   *          why no collection may run in this release
   */
  record Known(Registry registry, List<Work> works, int copies, boolean ready, Optional<Schedule> schedule,
      Optional<String> obstacle, Instant now) {
    private Optional<Work> work(Run run) {
      return works.stream().filter(w -> w.name().equals(run.job())).findFirst();
    }

    private boolean atWork() {
      return works.stream().anyMatch(Work::atWork);
    }

    private Optional<Integer> missing() {
      return registry.wanted().filter(n -> registry.replicas() < n);
    }
  }

  /** The rules. */
  static Action decide(Known known) {
    Optional<Run> run = known.registry.run().filter(Run::active);
    if (run.isPresent()) {
      return run.get().state() == Run.State.WAITING ? waiting(run.get(), known) : running(run.get(), known);
    }
    // Somebody took the note of a collection away, and left that of what is to be restored.
    if (known.registry.wanted().isPresent()) {
      return known.atWork()
          ? new Action.Wait("a garbage collection is at work")
          : restoreBefore(known,
              new Action.Finish(Run.begin(known.registry.name(), BY_HAND, known.now).over(false,
                  "nothing is known of it: its annotation was removed", known.now), Optional.empty()));
    }
    return idle(known);
  }

  private static Action waiting(Run run, Known known) {
    if (known.work(run).isPresent()) {
      return new Action.Started(run.running());
    }
    if (known.atWork()) {
      return new Action.Wait("another garbage collection is at work");
    }
    if (known.missing().isPresent()) {
      return new Action.Restore(known.missing().get());
    }
    return begin(run, known);
  }

  /** Copies wait meanwhile, so each reason not to begin has its limit. */
  private static Action begin(Run run, Known known) {
    Duration waited = Duration.between(run.begun(), known.now);
    if (!known.ready) {
      return waited.compareTo(READY) < 0
          ? new Action.Wait("the registry is not Ready")
          : new Action.Finish(run.over(false, "not begun: the registry was not Ready for " + READY.toMinutes()
              + " minutes", known.now), Optional.empty());
    }
    if (waited.compareTo(BEGIN) >= 0) {
      return new Action.Finish(run.over(false, "not begun within " + BEGIN.toMinutes()
          + " minutes: copies could not be ended, or its Job not be made; the log of the leading controller"
          + " says why", known.now), Optional.empty());
    }
    if (known.copies > 0) {
      return waited.compareTo(COPIES) < 0
          ? new Action.Wait(known.copies + " copies run")
          : new Action.StopCopies();
    }
    return new Action.Start(run);
  }

  private static Action running(Run run, Known known) {
    Optional<Work> found = known.work(run);
    if (found.isEmpty()) {
      // Its pods outlive a Job for as long as their node takes to end them.
      return known.atWork()
          ? new Action.Wait("a pod of the garbage collection is still there")
          : restoreBefore(known, new Action.Finish(run.over(false, lost(run), known.now), Optional.empty()));
    }
    Work work = found.get();
    if (work.over()) {
      return restoreBefore(known, over(run, work, known.now));
    }
    return tooLong(work, known.now).<Action>map(why -> new Action.EndWork(run.because(why)))
        .orElseGet(() -> new Action.Wait("Job " + run.job() + " is at work"));
  }

  private static Action restoreBefore(Known known, Action then) {
    return known.missing().<Action>map(Action.Restore::new).orElse(then);
  }

  private static String lost(Run run) {
    return run.message().equals(run.running().message())
        ? "its Job was deleted before it was done"
        : run.message();
  }

  private static Optional<String> tooLong(Work work, Instant now) {
    if (!work.begun()) {
      String why = work.step(Work.STOP).map(WorkPod.Step::words).filter(w -> !w.isEmpty())
          .orElse("it may find no room on the registry's node");
      return longer(work.created(), now, START)
          ? Optional.of("its pod did not start within " + START.toMinutes() + " minutes: " + why)
          : Optional.empty();
    }
    return List.of(Work.STOP, Work.COLLECT, Work.RESTORE).stream()
        .filter(name -> work.step(name).flatMap(WorkPod.Step::since)
            .filter(since -> longer(since, now, limit(work, name))).isPresent())
        .findFirst()
        .map(name -> "its step " + name + " was given up after " + limit(work, name).toSeconds() + " s");
  }

  private static Duration limit(Work work, String step) {
    return step.equals(Work.COLLECT) ? work.collectorLimit() : STEP;
  }

  private static boolean longer(Instant since, Instant now, Duration limit) {
    return since.plus(limit).isBefore(now);
  }

  private static Action over(Run run, Work work, Instant now) {
    Optional<CollectionReport> report = work.step(Work.RESTORE).flatMap(s -> report(s.words()));
    if (work.succeeded()) {
      String message = report.map(CollectionReport::message)
          .orElse("done; its pod is gone, and its report with it");
      return new Action.Finish(run.over(true, message, now), report);
    }
    return new Action.Finish(run.over(false, failure(work), now), Optional.empty());
  }

  private static String failure(Work work) {
    return List.of(Work.STOP, Work.COLLECT, Work.RESTORE).stream().map(work::step).flatMap(Optional::stream)
        .filter(WorkPod.Step::failed).findFirst()
        .map(s -> report(s.words()).map(CollectionReport::message)
            .orElseGet(() -> "its step " + s.name() + " ended with exit code " + s.exitCode().orElse(0)
                + (s.words().isEmpty() ? "" : ": " + lastLine(s.words()))))
        .orElseGet(() -> "its Job failed (" + work.failure().orElse("its pod was evicted or removed") + ")");
  }

  private static String lastLine(String words) {
    String text = words.strip();
    return text.substring(text.lastIndexOf('\n') + 1);
  }

  private static Optional<CollectionReport> report(String words) {
    try {
      return Optional.ofNullable(new Gson().fromJson(words, CollectionReport.class))
          .filter(r -> r.message() != null);
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  private static Action idle(Known known) {
    Optional<Registry.Seen> seen = known.registry.seen();
    if (!seen.map(Registry.Seen::schedule).equals(known.schedule.map(Schedule::text))) {
      return new Action.Remember(known.schedule.map(s -> new Registry.Seen(known.now, s.text())));
    }
    Optional<String> trigger = known.registry.request().map(r -> BY_HAND).or(() -> due(known));
    if (trigger.isEmpty()) {
      return new Action.Rest();
    }
    return refusal(known).<Action>map(Action.Refuse::new)
        .orElseGet(() -> new Action.Begin(Run.begin(prefix(known.registry), trigger.get(), known.now)));
  }

  /** However many moments of the schedule were missed: they are made up once. */
  private static Optional<String> due(Known known) {
    return known.schedule.flatMap(s -> known.registry.seen().flatMap(seen -> s.next(seen.until())))
        .filter(moment -> !moment.isAfter(known.now)).map(moment -> "schedule, due " + moment);
  }

  private static Optional<String> refusal(Known known) {
    String request = known.registry.request().orElse("now");
    if (!request.equals("now")) {
      return Optional
          .of("the annotation " + Registry.REQUEST + " is \"" + request + "\", and \"now\" is all it knows");
    }
    if (known.registry.replicas() != 1) {
      return Optional.of("the registry has " + known.registry.replicas()
          + " pods, and garbage is collected with one: scale its StatefulSet to 1");
    }
    return known.obstacle;
  }

  /** The Job is called after the release, not after the StatefulSet, whose name leaves no room for a date. */
  private static String prefix(Registry registry) {
    String name = registry.name();
    return name.endsWith("-registry") ? name.substring(0, name.length() - "-registry".length()) : name;
  }
}
