package io.kuik.controller.collection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.controller.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is to be done about garbage collection, given what is known. */
class PlanTest {
  private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");
  private static final Schedule WEEKLY = Schedule.parse("@weekly");
  private static final Instant SUNDAY = Instant.parse("2026-11-22T00:00:00Z");

  private final Map<String, String> annotations = new HashMap<>();
  private final List<Work> works = new ArrayList<>();
  private int replicas = 1;
  private int copies;
  private boolean ready = true;
  private Optional<Schedule> schedule = Optional.empty();
  private Optional<String> obstacle = Optional.empty();

  private Action decide() {
    return Plan
        .decide(new Plan.Known(new Registry("kuik-registry", "u", "7", replicas, Map.copyOf(annotations)),
            List.copyOf(works), copies, ready, schedule, obstacle, NOW));
  }

  private Run run(Run.State state, Duration age) {
    var run = new Run(state, "kuik-gc-1", "by hand", NOW.minus(age), Optional.empty(),
        state == Run.State.RUNNING ? "its Job is at work" : "waits for copies that run");
    annotations.put(Registry.RUN, run.json());
    annotations.put(Registry.REPLICAS, "1");
    return run;
  }

  private void weekly(Instant seen) {
    schedule = Optional.of(WEEKLY);
    annotations.put(Registry.SCHEDULE, seen + " @weekly");
  }

  private void work(boolean scheduled, boolean over, WorkPod.Step... steps) {
    works.add(new Work("kuik-gc-1", NOW.minusSeconds(30), false, Optional.empty(), Duration.ofSeconds(100),
        List.of(new WorkPod("kuik-gc-1-x", scheduled, over, List.of(steps)))));
  }

  private static WorkPod.Step running(String name, long seconds) {
    return new WorkPod.Step(name, Optional.of(NOW.minusSeconds(seconds)), Optional.empty(), "");
  }

  private static WorkPod.Step ended(String name, int exitCode, String words) {
    return new WorkPod.Step(name, Optional.empty(), Optional.of(exitCode), words);
  }

  private static WorkPod.Step waits(String name, String why) {
    return new WorkPod.Step(name, Optional.empty(), Optional.empty(), why);
  }

  private Run finished() {
    return assertInstanceOf(Action.Finish.class, decide()).run();
  }

  @Test
  void nothingIsDoneWithoutScheduleAndRequest() {
    assertInstanceOf(Action.Rest.class, decide());
  }

  @Test
  void aRequestBeginsACollection() {
    annotations.put(Registry.REQUEST, "now");
    Run run = assertInstanceOf(Action.Begin.class, decide()).run();
    assertEquals("kuik-gc-20261125100000", run.job());
    assertEquals(Run.State.WAITING, run.state());
    assertEquals("by hand", run.trigger());
  }

  @Test
  void aRequestThatNobodyUnderstandsIsRefused() {
    annotations.put(Registry.REQUEST, "tomorrow");
    assertTrue(assertInstanceOf(Action.Refuse.class, decide()).why().contains("\"tomorrow\""));
  }

  @Test
  void aRequestIsRefusedWhereACollectionWouldEmptyTheCache() {
    annotations.put(Registry.REQUEST, "now");
    obstacle = Optional.of("there is no persistence");
    assertEquals(new Action.Refuse("there is no persistence"), decide());
  }

  @ParameterizedTest
  @CsvSource({"0", "2"})
  void aRegistryThatSomebodyScaledIsLeftAlone(int pods) {
    annotations.put(Registry.REQUEST, "now");
    replicas = pods;
    assertTrue(assertInstanceOf(Action.Refuse.class, decide()).why().contains("has " + pods + " pods"));
  }

  @Test
  void aNewScheduleMakesNothingUpOfTheTimeBeforeIt() {
    schedule = Optional.of(WEEKLY);
    assertEquals(new Action.Remember(Optional.of(new Registry.Seen(NOW, "@weekly"))), decide());
    annotations.put(Registry.SCHEDULE, SUNDAY.minusSeconds(1) + " 0 0 * * *");
    assertEquals(new Action.Remember(Optional.of(new Registry.Seen(NOW, "@weekly"))), decide());
  }

  @Test
  void aScheduleThatIsGoneIsForgotten() {
    annotations.put(Registry.SCHEDULE, SUNDAY + " @weekly");
    assertEquals(new Action.Remember(Optional.empty()), decide());
  }

  @Test
  void whatWasMissedIsMadeUpOnceHoweverOftenItWas() {
    weekly(SUNDAY.minus(Duration.ofDays(100)));
    Run run = assertInstanceOf(Action.Begin.class, decide()).run();
    assertEquals("schedule, due 2026-08-16T00:00:00Z", run.trigger());
    weekly(NOW);
    assertInstanceOf(Action.Rest.class, decide());
  }

  @Test
  void theMomentOfTheScheduleItselfCounts() {
    weekly(SUNDAY);
    assertInstanceOf(Action.Rest.class, decide());
    schedule = Optional.of(Schedule.parse("0 10 * * *"));
    annotations.put(Registry.SCHEDULE,
        SUNDAY.plus(Duration.ofDays(2)).plus(Duration.ofHours(11)) + " 0 10 * * *");
    assertInstanceOf(Action.Begin.class, decide());
  }

  @Test
  void neverTwoAtATime() {
    run(Run.State.RUNNING, Duration.ofMinutes(1));
    work(true, false, running(Work.COLLECT, 10));
    annotations.put(Registry.REQUEST, "now");
    weekly(SUNDAY.minus(Duration.ofDays(8)));
    assertInstanceOf(Action.Wait.class, decide());
  }

  @Test
  void aJobThatSomebodyElseMadeIsWaitedFor() {
    run(Run.State.WAITING, Duration.ofMinutes(1));
    works.add(new Work("other", NOW, false, Optional.empty(), Duration.ofSeconds(9),
        List.of(new WorkPod("other-x", true, false, List.of()))));
    assertInstanceOf(Action.Wait.class, decide());
  }

  @Test
  void copiesThatRunMayEnd() {
    Run run = run(Run.State.WAITING, Plan.COPIES.minusSeconds(1));
    copies = 2;
    assertEquals(new Action.Wait("2 copies run"), decide());
    copies = 0;
    assertEquals(new Action.Start(run), decide());
  }

  @Test
  void copiesThatDoNotEndAreStopped() {
    run(Run.State.WAITING, Plan.COPIES);
    copies = 1;
    assertInstanceOf(Action.StopCopies.class, decide());
  }

  @Test
  void nothingStartsWhileTheRegistryIsNotReady() {
    run(Run.State.WAITING, Plan.READY.minusSeconds(1));
    ready = false;
    assertEquals(new Action.Wait("the registry is not Ready"), decide());
    run(Run.State.WAITING, Plan.READY);
    assertEquals("not begun: the registry was not Ready for 30 minutes", finished().message());
  }

  @Test
  void aRegistryScaledByHandBeforeItsCollectionIsScaledBack() {
    run(Run.State.WAITING, Duration.ZERO);
    replicas = 0;
    assertEquals(new Action.Restore(1), decide());
  }

  @Test
  void aJobThatIsThereIsTakenNoteOf() {
    Run run = run(Run.State.WAITING, Duration.ofSeconds(5));
    work(false, false);
    assertEquals(new Action.Started(run.running()), decide());
  }

  @ParameterizedTest
  @CsvSource({"stop", "garbage-collect", "restore"})
  void aStoppedRegistryIsLeftStoppedWhileAStepIsAtWork(String step) {
    run(Run.State.RUNNING, Duration.ofMinutes(1));
    replicas = 0;
    work(true, false, running(step, 10));
    assertInstanceOf(Action.Wait.class, decide());
  }

  @Test
  void aPodWithANodeCountsAsAtWorkBeforeItsStatusSaysSo() {
    run(Run.State.RUNNING, Duration.ofMinutes(1));
    replicas = 0;
    work(true, false);
    assertInstanceOf(Action.Wait.class, decide());
  }

  @ParameterizedTest
  @CsvSource({"stop", "garbage-collect", "restore"})
  void aStepThatWasKilledGivesTheRegistryBackFirst(String step) {
    run(Run.State.RUNNING, Duration.ofMinutes(1));
    work(true, true, ended(step, 137, "Error"));
    replicas = 0;
    assertEquals(new Action.Restore(1), decide());
    replicas = 1;
    assertEquals("its step " + step + " ended with exit code 137: Error", finished().message());
  }

  @Test
  void aJobThatIsGoneGivesTheRegistryBack() {
    run(Run.State.RUNNING, Duration.ofMinutes(1));
    replicas = 0;
    assertEquals(new Action.Restore(1), decide());
    replicas = 1;
    assertEquals("its Job was deleted before it was done", finished().message());
  }

  @Test
  void aPodThatOutlivesItsJobIsWaitedFor() {
    run(Run.State.RUNNING, Duration.ofMinutes(1));
    replicas = 0;
    works.add(Work.orphaned("kuik-gc-1",
        List.of(new WorkPod("x", true, false, List.of(running(Work.COLLECT, 9))))));
    assertInstanceOf(Action.Wait.class, decide());
  }

  @Test
  void aRegistryStoppedByHandWhileThePodWaitsForANodeIsGivenBack() {
    run(Run.State.RUNNING, Duration.ofMinutes(1));
    replicas = 0;
    work(false, false);
    works.set(0,
        new Work("kuik-gc-1", NOW, false, Optional.of("DeadlineExceeded: too long"), Duration.ofSeconds(1),
            works.getFirst().pods()));
    assertEquals(new Action.Restore(1), decide());
  }

  @Test
  void aCollectorThatHangsIsEnded() {
    run(Run.State.RUNNING, Duration.ofMinutes(5));
    work(true, false, running(Work.COLLECT, 101));
    assertEquals("its step garbage-collect was given up after 100 s",
        assertInstanceOf(Action.EndWork.class, decide()).run().message());
  }

  @ParameterizedTest
  @CsvSource({"stop", "restore"})
  void stepsOfOursThatHangAreEndedAsWell(String step) {
    run(Run.State.RUNNING, Duration.ofMinutes(9));
    work(true, false, running(step, Plan.STEP.toSeconds() + 1));
    assertInstanceOf(Action.EndWork.class, decide());
  }

  @Test
  void aPodThatNeverStartsIsEndedAndSaysWhy() {
    run(Run.State.RUNNING, Duration.ofMinutes(6));
    works.add(new Work("kuik-gc-1", NOW.minus(Plan.START).minusSeconds(1), false, Optional.empty(),
        Duration.ofSeconds(100),
        List.of(new WorkPod("x", true, false, List.of(waits(Work.STOP, "ImagePullBackOff"))))));
    assertEquals("its pod did not start within 5 minutes: ImagePullBackOff",
        assertInstanceOf(Action.EndWork.class, decide()).run().message());
  }

  @Test
  void whyItWasEndedIsWhatIsSaidOfItAtTheEnd() {
    Run run = run(Run.State.RUNNING, Duration.ofMinutes(5)).because("its step stop was given up after 360 s");
    annotations.put(Registry.RUN, run.json());
    assertEquals("its step stop was given up after 360 s", finished().message());
  }

  @Test
  void theReportOfTheLastStepIsWhatIsSaid() {
    run(Run.State.RUNNING, Duration.ofMinutes(5));
    work(true, true, ended(Work.STOP, 0, "{}"), ended(Work.COLLECT, 0, ""), ended(Work.RESTORE, 0,
        "{\"step\":\"restore\",\"bytesBefore\":900,\"bytesAfter\":100,\"message\":\"800 bytes went\"}"));
    Action.Finish finish = assertInstanceOf(Action.Finish.class, decide());
    assertEquals(Run.State.SUCCEEDED, finish.run().state());
    assertEquals("800 bytes went", finish.run().message());
    assertEquals(800, finish.report().orElseThrow().reclaimed());
  }

  @Test
  void aStepOfOursSaysItselfWhyItFailed() {
    run(Run.State.RUNNING, Duration.ofMinutes(5));
    work(true, true, ended(Work.STOP, 1, "{\"message\":\"stop failed: HTTP 403\"}"));
    assertEquals(Run.State.FAILED, finished().state());
    assertEquals("stop failed: HTTP 403", finished().message());
  }

  @Test
  void theLastLineOfTheCollectorSaysWhyItFailed() {
    run(Run.State.RUNNING, Duration.ofMinutes(5));
    work(true, true, ended(Work.STOP, 0, "{}"), ended(Work.COLLECT, 1, "blob a\nfailed to mark: no space\n"));
    assertEquals("its step garbage-collect ended with exit code 1: failed to mark: no space",
        finished().message());
  }

  @Test
  void aNoteThatSomebodyTookAwayDoesNotLeaveTheRegistryStopped() {
    annotations.put(Registry.REPLICAS, "1");
    replicas = 0;
    assertEquals(new Action.Restore(1), decide());
    work(true, false, running(Work.COLLECT, 1));
    assertInstanceOf(Action.Wait.class, decide());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"nonsense", "{\"state\":\"Flying\"}", "[]",
      "{\"state\":\"Running\",\"begun\":\"x\"}"})
  void anAnnotationOfSomebodyElseIsNoCollection(String text) {
    annotations.put(Registry.RUN, text);
    assertInstanceOf(Action.Rest.class, decide());
  }
}
